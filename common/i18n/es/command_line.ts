/** What the program says outside the chat, in Spanish: help, mistakes on the command line, the hub's log, `chat doctor`. */

import type { commandLine as english } from "../en/command_line.ts";
import type { Translation } from "../sentence.ts";

export const commandLine: Translation<typeof english> = {
  "usage.about": "Chat de grupo para la terminal, en un solo ejecutable.",
  "usage.arguments":
    "Si faltan, HOST es 127.0.0.1 y PUERTO 3000; valen HOST:PUERTO y [IPV6]:PUERTO.",
  "usage.positionals": "[HOST] [PUERTO]",
  "usage.options": "[OPCIONES]",
  "usage.more": "`chat help ORDEN` muestra las opciones de una orden.",
  "usage.heading.usage": "Uso:",
  "usage.heading.commands": "Órdenes:",
  "usage.heading.options": "Opciones:",
  "usage.heading.users": "Usuarios, historial y certificados:",
  "usage.heading.hubs": "Varios servidores:",
  "usage.heading.log": "Registro, métricas y comprobación:",
  "usage.heading.display": "Pantalla:",
  "usage.heading.scripts": "Scripts y conexión:",
  "usage.more_options": "`chat help {topic}` muestra las demás opciones",
  "usage.heading.limits": "Límites (BYTES se puede escribir como 4096, 64K, 1M o 1G):",
  "usage.heading.examples": "Ejemplos:",
  "usage.server.summary": "pone en marcha el servidor al que todos se unen",
  "usage.server.details": "Pone en marcha el servidor. Ctrl-C se despide de todos y lo detiene.\n" +
    "Escribe en la salida estándar las órdenes para unirse, y su registro en la salida de errores. " +
    "Otro Ctrl-C lo detiene al instante.",
  "usage.client.summary": "se une a un servidor",
  "usage.client.details":
    "Se une a un servidor. Sin HOST busca los de esta máquina y los de la red.\n" +
    "Intro envía lo que has escrito, /ayuda muestra las órdenes, y Ctrl-C en una línea vacía sale. " +
    "Sin terminal envía las líneas de la entrada estándar, y acaba cuando el servidor ha aceptado " +
    "la última.\n" +
    "En una terminal, sin HOST ni PUERTO, busca los servidores que tienes en esta máquina, el de su " +
    "puerto 3000 y los que se anuncian en la red (`chat server 0.0.0.0 --announce`). Si hay uno " +
    "solo se une a él; si hay varios, te deja elegir.",
  "usage.help.summary": "muestra la ayuda de una orden",
  "usage.limits.summary": "muestra las demás opciones de chat server",
  "usage.display.summary": "muestra las demás opciones de chat client",
  "option.help": "muestra esta ayuda",
  "option.version": "muestra la versión",
  "option.lang": "idioma: es o en (de LC_ALL, LC_MESSAGES, LANG)",
  "option.server_lang":
    "idioma para quienes no eligen otro: es o en (de LC_ALL, LC_MESSAGES, LANG)",
  "option.color": "color: auto, always o never (auto; never si NO_COLOR está definida)",
  "option.theme": "aspecto: default, mono o high-contrast (default)",
  "option.time": "hora de cada línea: HH:MM, relative (desde la anterior) o none (HH:MM)",
  "option.joins": "muestra quién entra y sale: all, smart (solo quien ha hablado) o none (all)",
  "option.markup": "resalta código, negrita y citas en los mensajes: basic o none (basic)",
  "option.ascii": "dibuja solo con caracteres ASCII",
  "option.no_bell": "no suena cuando alguien te menciona",
  "option.notify": "muestra un aviso en el escritorio cuando alguien te menciona, o suena",
  "option.title": "muestra la sala y las menciones sin leer en el título de la ventana",
  "option.no_history": "no muestra los mensajes anteriores",
  "option.plain": "solo líneas, sin redibujar, para lectores de pantalla",
  "option.name": "tu apodo; con /nombre lo cambias luego",
  "option.room": "la sala en la que entrar, en vez de la primera",
  "option.send": "envía este mensaje u orden, muestra la respuesta y sale",
  "option.json": "escribe y lee tramas, un objeto JSON por línea (véase docs/bots.md)",
  "option.retry": "segundos para reintentar si se pierde la conexión, 0 para no reintentar",
  "option.client_password_file": "un archivo con la contraseña en su primera línea",
  "option.no_input_history": "no guarda lo que escribes para la próxima vez",
  "option.client_tls": "se une por TLS; con una huella, solo a ese servidor",
  "option.tls_ca": "confía también en las autoridades cuyos certificados contiene este archivo",
  "option.rate": "líneas por segundo que puede enviar cada cliente de media, 0 sin límite (5)",
  "option.burst":
    "líneas que puede enviar cada cliente de golpe, antes de --rate, 0 sin límite (10)",
  "option.trusted":
    "una dirección cuyos usuarios no comparten límites, como un proxy; varias, DIR,DIR",
  "option.proxy_protocol":
    "proxies que envían las direcciones de los usuarios en una cabecera PROXY; varios, DIR,DIR",
  "option.no_irc": "los clientes de IRC no pueden unirse",
  "option.no_web": "sin página para navegadores",
  "option.web_host":
    "un nombre con el que los navegadores pueden llamar al servidor, además de los suyos; varios, NOMBRE,...",
  "option.history":
    "mensajes anteriores de una sala que se muestran a quien entra, 0 para ninguno (50)",
  "option.grace": "segundos que alguien desconectado conserva su apodo y sus salas (120)",
  "option.qr": "`never`: sin código QR de la dirección de la página bajo las primeras líneas",
  "option.web_grace": "lo mismo para una página del navegador (900)",
  "option.password_file": "pide la contraseña de la primera línea del archivo",
  "option.mod_password_file": "la contraseña de /moderar, en su primera línea",
  "option.motd_file": "muestra el texto de este archivo a quien se une",
  "option.tls": "cifra, con un certificado que se crea y se conserva",
  "option.tls_cert": "cifra, con este certificado (PEM, seguido de su cadena)",
  "option.tls_key": "la clave privada de --tls-cert (PEM)",
  "option.db": "guarda aquí el historial, los vetos y silencios",
  "option.keep": "cuánto historial se guarda: mensajes, o días como en 90d (1000000)",
  "option.nats": "une varios servidores en un solo chat por NATS: nats://HOST:PUERTO,...",
  "option.nats_creds": "el archivo de credenciales para --nats",
  "option.nats_ca": "por TLS, las autoridades en que confiar para los servidores de --nats (PEM)",
  "option.cluster": "el nombre del chat en los servidores de --nats (chat)",
  "option.log": "nivel del registro: debug, info, warning o error (info); con json, en JSON",
  "option.log_file":
    "añade el registro a este archivo, en vez de escribirlo en la salida de errores",
  "option.metrics": "ofrece métricas para Prometheus; con solo un puerto, a esta máquina nada más",
  "option.check": "comprueba las opciones y todos los archivos, sin poner nada en marcha",
  "option.join": "chatea también aquí; cuando sales, se detiene",
  "option.join_name": "con --join, tu apodo",
  "option.max_line": "la línea más larga de nc; una mayor se descarta ({usual})",
  "option.max_frame":
    "el mensaje más largo de chat client o un bot; uno mayor se descarta ({usual})",
  "option.max_pending": "bytes en espera para un lector; con más se le desconecta ({usual})",
  "option.max_pending_total": "bytes en espera para todos los lectores juntos ({usual})",
  "option.stall": "desconecta al lector que no lee nada durante este tiempo ({usual})",
  "option.handshake": "tiempo máximo para identificarse al unirse ({usual})",
  "option.silence":
    "desconecta al cliente o bot que no envía nada, ni un ping, en este tiempo ({usual})",
  "option.max_connections": "conexiones a la vez ({usual}, o las que permita el sistema)",
  "option.max_per_address": "conexiones desde una dirección, excepto por loopback ({usual})",
  "option.accept_pause":
    "la pausa más larga mientras el sistema no puede aceptar más conexiones ({usual})",
  "option.drain": "tiempo máximo para enviar las últimas líneas antes de cerrar ({usual})",
  "example.server": "un servidor para esta máquina",
  "example.server_lan": "un servidor para toda la red",
  "example.client": "buscar un servidor aquí y en la red",
  "example.client_name": "unirse a otra máquina como ana",
  "example.client_pipe": "enviar lo que escribe un programa",
  "example.client_tls": "por TLS, con una autoridad conocida",
  "example.client_several": "a uno de varios servidores unidos",
  "example.client_send": "enviar un mensaje desde un script",
  "example.server_join": "un servidor en el que también chateas",
  "example.server_tls": "un servidor cifrado para toda la red",

  "usage.unknown_subcommand": ({ name, suggestion }) =>
    `no existe la orden "${name}"${suggestion ? `: ¿querías decir "${suggestion}"?` : ""}`,
  "usage.unknown_option": ({ option, suggestion }) =>
    `no existe la opción ${option}${suggestion ? `: ¿querías decir ${suggestion}?` : ""}`,
  "usage.missing_value": "{option} necesita un valor",
  "usage.bad_number": '"{value}" no sirve para {option}: usa un número entero de {min} a {max}',
  "usage.bad_bytes": '"{value}" no sirve para {option}: usa un número de bytes de {min} a {max}',
  "usage.bad_keep":
    '"{value}" no sirve para {option}: usa un número de mensajes, o de días como en 90d',
  "usage.bad_nats":
    '"{value}" no sirve para {option}: usa nats://HOST:PUERTO o tls://HOST:PUERTO, o varios separados por comas',
  "usage.bad_trusted":
    '"{value}" no sirve para {option}: usa una dirección IP, o varias separadas por comas',
  "usage.bad_proxy":
    '"{value}" no sirve para {option}: usa una dirección IP o una red, o varias separadas por comas',
  "usage.bad_web_host":
    '"{value}" no sirve para {option}: usa un nombre o una dirección, o varios separados por comas',
  "usage.proxy_tls":
    "{option} y {other} no se pueden usar juntas: la cabecera llega antes que TLS, así que deja el cifrado al proxy",
  "usage.bad_cluster":
    '"{value}" no sirve para {option}: usa un nombre de 32 caracteres como mucho, de la a a la z, cifras, - y _',
  "usage.two_histories":
    "{option} y {other} no se pueden usar juntas: con {other}, el historial lo guardan los servidores NATS",
  "usage.needs": "{option} necesita también {needed}",
  "usage.no_state_folder":
    "{option} no tiene ninguna carpeta para guardar su certificado: define HOME, o usa --tls-cert y --tls-key",
  "usage.excludes": "{option} y {other} no se pueden usar juntas",
  "usage.needs_terminal":
    "{option} necesita una terminal para chatear: úsala en una terminal, o quita {option}",
  "usage.bad_choice": '"{value}" no sirve para {option}: elige entre {choices}',
  "usage.bad_fingerprint":
    '"{value}" no sirve para {option}: usa la huella que muestra el servidor, sha256: y 64 cifras hexadecimales',
  "usage.bad_port": '"{port}" no es un puerto: usa un número de {min} a {max}',
  "usage.bad_host": '"{host}" no es el nombre ni la dirección de una máquina',
  "usage.bad_address":
    '"{address}" no es HOST:PUERTO; con varios servidores, cada uno tiene que ser HOST:PUERTO',
  "usage.bad_place": '"{value}" no sirve para {option}: usa HOST:PUERTO, o solo un puerto',
  "usage.too_many": 'sobra "{argument}"',
  "usage.meant_command": 'no existe la orden "{name}": ¿querías decir `{line}`?',
  "usage.place_option":
    "no existe la opción {option}: el puerto va detrás de HOST, sin opción: `{line}`",
  "usage.too_many_nick": 'sobra "{argument}"; si es tu apodo: `--name {argument}`',
  "usage.not_a_port_nick":
    '"{argument}" no es ni un puerto ni HOST:PUERTO; si es tu apodo: `--name {argument}`',
  "usage.see_help": "Ayuda: `{call}`",

  "server.listening": "escuchando en {address}",
  "server.valid": "las opciones son válidas",
  "server.join": "para unirse:",
  "server.page_needs":
    "en un navegador, como el del teléfono: solo con un certificado de una autoridad (`--tls-cert`), " +
    "o sin `--tls`",
  "server.fingerprint": "huella {fingerprint}",
  "server.no_password":
    "sin contraseña: puede entrar cualquiera que llegue a este puerto; con --password-file se pide una",
  "server.no_tls":
    "sin cifrado: la contraseña y todos los mensajes se pueden leer por el camino; con --tls se cifran",
  "server.no_tls_no_password":
    "sin contraseña ni cifrado: puede entrar cualquiera que llegue a este puerto, y todos los mensajes " +
    "se pueden leer por el camino; usa --password-file y --tls",
  "server.local": "solo desde esta máquina; para toda la red: `{line}`",
  "server.unannounced": "no se puede anunciar en la red: hace falta la dirección",
  "server.unannounced_on": "no se puede anunciar en {addresses}: allí hace falta la dirección",
  "server.metrics": "métricas: http://{address}/metrics",
  "server.encrypted": "este servidor va cifrado: chat client {host} {port} --tls",
  "web.closed": "este servidor no tiene página: únete con chat client o nc",
  "web.not_found": "aquí no hay nada: la página está en /",
  "web.bad_request": "el servidor no entiende esta petición",
  "web.bad_host": "la petición tiene que nombrar un host, y solo uno",
  "web.too_long": "la cabecera de la petición tiene más de {max} bytes",
  "web.only_get": "aquí solo se puede usar GET",
  "web.upgrade": "esto es para el WebSocket de la página, versión 13",
  "web.wrong_host":
    "este servidor no conoce el nombre {host}: ábrelo por su dirección o inícialo con --web-host {host}",
  "web.wrong_origin": "aquí solo puede conectarse la página del propio servidor",
  "server.stopping":
    "deteniendo el servidor y avisando a todos (otro Ctrl-C lo detiene al instante)",

  "server.goes_on": "el servidor sigue en marcha sin ti: Ctrl-C lo detiene",

  "failure.address_in_use":
    "no se puede escuchar en {address}: el puerto está en uso; elige otro, o 0 para cualquiera libre",
  "failure.address_not_available":
    "no se puede escuchar en {address}: esta máquina no tiene esa dirección",
  "failure.no_permission":
    "no se puede usar {address}: no hay permiso; los puertos por debajo de 1024 piden privilegios, así que usa uno mayor",
  "failure.no_such_host": 'no se encuentra la máquina "{host}": revisa el nombre',
  "failure.refused":
    "no se puede conectar con {address}: conexión rechazada; ¿está en marcha el servidor?",
  "failure.unreachable": "no se puede conectar con {address}: la red no llega hasta ahí",
  "failure.timed_out": "no se puede conectar con {address}: no responde",
  "failure.input_unreadable":
    "no se puede leer la entrada estándar, como pasa con nohup: abre el cliente en una terminal, o mándale líneas por una tubería",
  "failure.password_wanted":
    "{address} pide una contraseña: ponla en CHAT_PASSWORD, o en un archivo con --password-file",
  "failure.wrong_password":
    "{address} no acepta la contraseña: revisa CHAT_PASSWORD o --password-file",
  "failure.other_room":
    "{address} te ha puesto en {room} en vez de en la sala que pedías, y ahí no se ha enviado nada: elige otra con --room",
  "failure.log_file":
    "no se puede escribir el registro en {path}: comprueba que su carpeta existe y que puedes escribir ahí",
  "failure.not_a_file": "no se puede usar {path}: no es un archivo; elige otro",
  "failure.db_no_folder":
    "no se puede usar el historial en {path}: la carpeta no existe; créala o elige otro archivo",
  "failure.db_no_file": "no se puede usar el historial en {path}: no es un archivo; elige otro",
  "failure.db_no_access":
    "no se puede usar el historial en {path}: no hay permiso para leer y escribir el archivo o su carpeta; dalo o elige otro archivo",
  "failure.db_no_room":
    "no se puede usar el historial en {path}: el disco está lleno; libera espacio o elige otro archivo",
  "failure.db_not_history":
    "no se puede usar el historial en {path}: el archivo no es un historial y se ha dejado como estaba; elige otro",
  "failure.db_newer":
    "no se puede usar el historial en {path}: lo creó una versión más nueva de chat; usa esa versión o elige otro archivo",
  "failure.db_damaged":
    "no se puede usar el historial en {path}: está dañado; recupera una copia o elige otro archivo",
  "failure.db_in_use":
    "no se puede usar el historial en {path}: lo usa otro servidor o programa; ciérralo o elige otro archivo",
  "failure.db_left":
    "no se puede usar el historial en {path}: {side} está ahí sin él; devuelve {path} a su sitio o llévate también {side}",
  "failure.db_unusable": "no se puede usar el historial en {path}: {reason}; elige otro archivo",
  "failure.nats_unreachable":
    "no responde ningún servidor NATS en {servers}: arranca uno ahí, o indica otros con --nats",
  "failure.nats_unauthorized":
    "los servidores NATS de {servers} no dejan entrar a este servidor: revisa el usuario, la contraseña o el token de --nats, o usa --nats-creds",
  "failure.nats_tls":
    "no se puede usar TLS con los servidores NATS de {servers}: {reason}; tls:// necesita un servidor con TLS, y --nats-ca indica en qué autoridades confiar",
  "failure.nats_no_jetstream":
    "los servidores NATS de {servers} no tienen JetStream para este servidor: arráncalos con -js",
  "failure.nats_no_leader":
    "JetStream no tiene líder en los servidores NATS de {servers}: arranca más servidores de su clúster e inténtalo de nuevo",
  "failure.nats_creds":
    "no se puede usar {path}: no es un archivo de credenciales de NATS; `nsc generate creds` crea uno",
  "failure.nats_unusable": "no se pueden usar los servidores NATS de {servers}: {reason}",
  "failure.known_hubs":
    "no se pueden leer los servidores conocidos de {path}: haz que sea un archivo que puedas leer, o bórralo",
  "failure.no_certificates":
    "no se puede usar {path}: no contiene certificados en PEM; comprueba que es el archivo correcto",
  "failure.no_tls": "{address} no usa TLS: arranca ese servidor con --tls, o únete sin --tls",
  "failure.speaks_tls": "{address} usa TLS: únete con --tls y la huella que muestra el servidor",
  "failure.tls_changed":
    "{address} muestra un certificado distinto del de antes, y puede que alguien intercepte la conexión: si quien lleva el servidor lo confirma, únete una vez con `--tls {shown}`",
  "failure.tls_declined": "no te has unido a {address}: no has aceptado su certificado",
  "failure.tls_dropped":
    "{address} no usa TLS, pero antes este servidor cifraba, y puede que alguien esté en medio: no te unas, y pregunta a quien lleva el servidor",
  "failure.tls_expired":
    "el certificado de {address} no es válido hoy: el servidor necesita otro, o el reloj de esta máquina va mal",
  "failure.tls_failed": "no se puede usar TLS con {address}: {tls.reason}",
  "failure.tls_impostor":
    "{address} muestra un certificado cuya clave no tiene: alguien intercepta la conexión; no te unas",
  "failure.tls_issuer":
    "el certificado de {address} lo ha emitido una autoridad en la que aquí no se confía: indica su certificado con --tls-ca",
  "failure.tls_known":
    "{address} cifraba antes, y sin TLS puede que alguien esté en medio: únete con --tls; si quien lleva el servidor confirma que ya no cifra, borra la línea {address} de {path}",
  "failure.tls_other":
    "{address} no tiene la huella que has indicado, sino {shown}: puede que alguien intercepte la conexión; pregunta a quien lleva el servidor",
  "failure.tls_unknown":
    "el certificado de {address} no es de confianza: si el servidor muestra esta misma huella, únete con `--tls {shown}`",
  "failure.tls_unverified": "el certificado de {address} no es válido: {tls.reason}",
  "tls.closed": "se ha cerrado la conexión",
  "tls.refused": "se ha rechazado la conexión",
  "tls.incompatible":
    "no tiene ninguna versión de TLS ni ningún cifrado en común con este programa",
  "tls.malformed": "lo que envía no es TLS válido",
  "tls.no_certificate": "no muestra ningún certificado",
  "tls.other_name": "se emitió para otro nombre",
  "tls.authority": "es el certificado de una autoridad",
  "failure.unexpected": "error inesperado: {reason}",
  "failure.no_such_file": "no se puede leer {path}: el archivo no existe; revisa el nombre",
  "failure.unreadable_file":
    "no se puede leer {path}: comprueba que es un archivo y que puedes leerlo",
  "failure.file_not_utf8": "no se puede usar {path}: no es UTF-8; guárdalo como UTF-8",
  "failure.bad_password":
    "no hay contraseña en {source}: escríbela en la primera línea, con {max} caracteres como mucho",
  "failure.untypable_password":
    "la contraseña de {source} tiene un carácter que nadie puede escribir: guárdala como texto sin formato, con LF al final de su línea",
  "failure.certificate_unkept":
    "no se puede guardar un certificado en {path}: comprueba que su carpeta existe, que puedes escribir ahí y que es un archivo, o usa --tls-cert y --tls-key",
  "failure.kept_damaged":
    "no se puede usar el certificado de {path}: está dañado; borra el archivo para tener uno nuevo, y da su huella a quienes ya se unieron",
  "failure.kept_expired":
    "no se puede usar el certificado de {path}: caducó el {date}; si el reloj de esta máquina va bien, borra el archivo para tener uno nuevo, y da su huella a quienes ya se unieron",
  "failure.no_certificate":
    "no hay certificado en {path}: --tls-cert necesita uno en PEM (`-----BEGIN CERTIFICATE-----`)",
  "failure.no_key":
    "no hay clave en {path}: --tls-key necesita una en PEM (`-----BEGIN PRIVATE KEY-----`)",
  "failure.encrypted_key":
    "no se puede usar la clave de {path}: tiene contraseña; `openssl pkey -in {path}` se la quita",
  "failure.unusable_key":
    "no se puede usar la clave de {path}: tiene que ser RSA de 2048 bits o más, ECDSA o Ed25519",
  "failure.other_key":
    "no se puede usar la clave de {path}: no es la del certificado de {certificate}",
  "failure.certificate_expired":
    "no se puede usar el certificado de {path}: caducó el {date}, y los clientes lo rechazarían; consigue uno nuevo",
  "failure.certificate_early":
    "no se puede usar el certificado de {path}: no es válido antes del {date}; revisa el reloj de esta máquina",
  "failure.nameless_certificate":
    "no se puede usar el certificado de {path}: no tiene ningún subjectAltName con una máquina o dirección, y los clientes lo rechazarían; consigue uno que lo tenga",
  "failure.bad_motd":
    "no se puede usar {path}: el mensaje del día puede tener {lines} líneas y {bytes} bytes como mucho; acórtalo",

  "usage.completions.summary": "genera el autocompletado para tu shell",
  "usage.completions.details":
    "Genera un script con el que bash, zsh, fish o PowerShell completan las órdenes, las opciones y sus " +
    "valores. Sus primeras líneas dicen cómo cargarlo.",
  "usage.completions.positionals": "SHELL",
  "usage.man.summary": "muestra la página de manual",
  "usage.man.details":
    "Muestra la página de manual del programa, para man o mandoc, en el idioma que indican LC_ALL, " +
    "LC_MESSAGES o LANG.",
  "usage.help.positionals": "ORDEN",
  "usage.no_shell": "¿autocompletado para qué shell? Añade uno de {choices}",
  "usage.unknown_shell": ({ name, choices, suggestion }) =>
    `no hay autocompletado para "${name}"${
      suggestion ? ` (¿querías decir "${suggestion}"?)` : ""
    }: elige uno de ${choices}`,
  "example.completions_bash": "completar en este bash",
  "example.completions_zsh": "completar en cada zsh nuevo, con ~/.zfunc en fpath",
  "example.completions_fish": "completar en este fish",
  "example.man": "leer la página de manual",
  "example.man_file": "instalar la página de manual para man",

  "completions.about":
    "Autocompletado de chat para {shell}, generado por chat completions {shell}.",
  "completions.now": "Solo para esta sesión (la línea sirve también en el archivo de inicio):",
  "completions.always_bash":
    "Para cada sesión nueva, si está instalado el paquete bash-completion:",
  "completions.always_zsh":
    "Para cada sesión nueva, con fpath+=(~/.zfunc) antes de compinit en ~/.zshrc:",
  "completions.always_fish": "Para cada sesión nueva:",
  "completions.always_powershell":
    "Para cada sesión nueva, añade esta línea al archivo que indica $PROFILE:",

  "man.heading.name": "NOMBRE",
  "man.heading.synopsis": "SINOPSIS",
  "man.heading.description": "DESCRIPCIÓN",
  "man.heading.subcommands": "SUBÓRDENES",
  "man.heading.options": "OPCIONES",
  "man.heading.commands": "ÓRDENES DENTRO DEL CHAT",
  "man.heading.moderators": "Para moderadores",
  "man.heading.environment": "ENTORNO",
  "man.heading.files": "ARCHIVOS",
  "man.heading.exit_status": "ESTADO DE SALIDA",
  "man.heading.examples": "EJEMPLOS",
  "man.heading.see_also": "VÉASE TAMBIÉN",
  "man.about.details":
    "Una máquina pone en marcha el servidor con chat server, y los demás se unen a él con chat client " +
    "o, sin instalar nada, con nc. El servidor muestra las órdenes para unirse.\n" +
    "Los mensajes nunca estorban lo que estás escribiendo, y ningún texto puede controlar tu terminal.",
  "man.commands":
    "Una línea se envía a todos los demás de la sala; una línea que empieza por una barra es una orden. Todos los nombres valen en los dos idiomas, con acentos o sin ellos y en mayúsculas o minúsculas.",
  "man.say_slash": "envía /TEXTO como mensaje",
  "man.environment": "El programa lee estas variables y ninguna más.",
  "man.files":
    "Están en $XDG_STATE_HOME/chat si esa variable está definida, y en Windows en %LOCALAPPDATA%\\chat. Solo tú puedes leerlos.",
  "man.variable.language":
    "El idioma, según la primera de ellas que esté definida: español si empieza por es, e inglés si no.",
  "man.variable.no_color":
    "Si está definida y no vacía, no hay color, aunque --color diga otra cosa.",
  "man.variable.term": "El tipo de terminal. Si es dumb no se redibuja nada, como con --plain.",
  "man.variable.time_zone":
    "La zona horaria de las horas que se muestran, con un nombre como Europe/Madrid.",
  "man.variable.notify": "Con TERM, indican a --notify cómo muestra un aviso esta terminal.",
  "man.variable.links": "Con las anteriores, indican si esta terminal crea enlaces con los URL.",
  "man.variable.tmux": "Dentro de tmux, --notify hace sonar además el timbre.",
  "man.variable.options":
    "Cualquier opción: --tls-cert como CHAT_TLS_CERT, y --tls como CHAT_TLS=1 (o 0). La línea de órdenes tiene preferencia.",
  "man.variable.password":
    "La contraseña del servidor, para el servidor y para quien se une; --password-file tiene preferencia.",
  "man.variable.state": "La carpeta que contiene la del programa, con los ARCHIVOS.",
  "man.variable.home":
    "Sin XDG_STATE_HOME, los ARCHIVOS están en .local/state/chat dentro de esta carpeta.",
  "man.variable.local_data":
    "En Windows, la carpeta que contiene la del programa, con los ARCHIVOS.",
  "man.variable.authorities":
    "Las autoridades en que confía --tls: las del sistema (system, lo normal) o las de Mozilla (mozilla).",
  "man.variable.service":
    "Las define systemd: el servidor le dice cuándo se puede entrar, cuándo recarga y cuándo termina, y atiende a su watchdog.",
  "man.variable.journal":
    "La define systemd: las líneas de un registro que va al journal empiezan por su prioridad.",
  "man.variable.web_socket": "Paquetes sin los que va el WebSocket de la página.",
  "man.file.certificate": "el certificado y la clave de un servidor con --tls",
  "man.file.known_hubs": "los servidores a los que te has unido con --tls, y sus huellas",
  "man.file.input_history": "lo que has escrito, para la próxima vez",
  "man.file.hubs": "los servidores que has puesto en marcha en esta máquina, para chat client",
  "man.file.sessions": "las sesiones que se recuperan si un cliente se interrumpe",
  "man.exit.done": "todo ha ido bien",
  "man.exit.failed":
    "ha fallado la red o el programa, una línea de la entrada estándar no se ha enviado o puede que no se haya enviado, o te has unido otra vez por otra conexión",
  "man.exit.usage": "uso incorrecto",
  "man.exit.refused":
    "el servidor no te deja entrar: está lleno o bloqueado, pide una contraseña, habla otro protocolo, no es el que se buscaba, o te ha expulsado o vetado",
  "man.exit.interrupted":
    "un segundo Ctrl-C ha detenido el servidor antes de que avisara a todos, o Ctrl-C una copia",

  "option.announce": "lo anuncia en la red: basta con chat client",
  "example.server_announce": "chat client lo encuentra en la red",
  "usage.announce_loopback":
    "{option} necesita un servidor al que otros puedan llegar, pero este solo escucha en esta máquina: " +
    "usa `chat server 0.0.0.0 --announce`",
  "server.announced": "anunciado: en esta red basta con chat client para encontrarlo",
  "failure.no_hub_found":
    "no se ha encontrado ningún servidor (muchas redes bloquean la búsqueda). Si sabes la dirección: " +
    "`chat client HOST PUERTO`; para poner uno en marcha: `chat server`",

  // The sentences of chat doctor.

  "usage.backup.summary": "copia el historial de un servidor",
  "usage.backup.positionals": "COPIA",
  "usage.backup.details":
    "Copia el historial de un servidor en el archivo nuevo COPIA, también con el servidor en marcha. La " +
    "copia está completa, es de un solo momento, y un servidor puede arrancar con ella.",
  "usage.export.summary": "muestra el historial de un servidor",
  "usage.export.details":
    "Escribe en la salida estándar los mensajes del historial de un servidor, del más antiguo al más nuevo, también con el servidor en marcha.\n" +
    "Una FECHA es 2026-11-29, 2026-11-29T14:00, lo mismo con Z para UTC, o una antigüedad como 30d o 12h. Un " +
    "día en --until entra entero; lo dicho a una hora en --until, no.",
  "usage.forget.summary": "borra los mensajes de una persona",
  "usage.forget.details":
    "Borra para siempre del historial todos los mensajes de un apodo, también con el servidor en marcha: " +
    "entonces avisa a sus usuarios. Las copias del historial y las pantallas de los usuarios los conservan.",
  "option.archive_db": "el historial: el archivo del --db del servidor",
  "option.export_room": "solo los mensajes de esta sala",
  "option.since": "solo los mensajes desde este momento",
  "option.until": "solo los mensajes anteriores a este momento, o hasta el final de este día",
  "option.format": "text, json (una trama por línea) o html (una página para leer) (text)",
  "option.forget_nick": "el apodo cuyos mensajes se borran",
  "example.backup": "copia el historial en monday.db",
  "example.export": "lee lo dicho en los últimos 7 días",
  "example.forget": "borra lo que ha dicho eva",
  "usage.missing_option": "falta {option}",
  "usage.bad_date":
    '{option} debe ser una fecha o una antigüedad, como 2026-11-29, 2026-11-29T14:00 o 30d, no "{value}"',
  "usage.until_before_since": "--until es anterior a --since: no hay mensajes entre los dos",
  "failure.copy_exists":
    "no se puede crear la copia {path}: el archivo ya existe; elige otro nombre",
  "failure.output": "no se puede escribir en la salida estándar: {reason}",
  "failure.no_room_in": ({ path, room, rooms }) =>
    `el historial de ${path} no tiene ninguna sala "${room}"` +
    (rooms ? `; tiene ${rooms}` : ": está vacío"),
  "failure.no_nick_in": ({ path, nick, suggestion }) =>
    `el historial de ${path} no tiene mensajes de "${nick}"` +
    (suggestion ? `; ¿querías decir ${suggestion}?` : ": comprueba el apodo"),
  "failure.unsettled":
    "se han borrado {count:un mensaje|# mensajes} de {nick}, pero una parte puede seguir en {path} o {path}-wal, " +
    "porque otro programa lee el archivo: ciérralo, y arranca y para un servidor con él",
  "backup.done": "se {count:ha copiado un mensaje|han copiado # mensajes} en {path}",
  "forget.done": "se {count:ha borrado un mensaje|han borrado # mensajes} de {nick} de {path}",
  "export.title": "Historial del chat",

  "usage.doctor.summary": "averigua por qué no te puedes unir a un servidor",
  "usage.doctor.details":
    "Comprueba paso a paso si te puedes unir a un servidor, y dice qué falla y cómo arreglarlo. No " +
    "entra en el chat, así que nadie lo nota; no pregunta nada y no cambia nada.",
  "option.doctor_name": "el apodo con el que unirse: puede estar vetado",
  "option.alive": "sale con 0 si el servidor responde, aunque no deje entrar: para vigilarlo",
  "option.doctor_tls": "lo comprueba por TLS; con una huella, solo a ese servidor",
  "example.doctor": "comprobar el servidor de esta máquina",
  "example.doctor_lan": "comprobar un servidor de otra máquina",
  "example.doctor_tls": "comprobar por TLS uno con certificado de una autoridad",

  "doctor.step.name": "nombre",
  "doctor.step.way": "conexión",
  "doctor.step.tls": "cifrado",
  "doctor.step.hub": "servidor",
  "doctor.step.password": "contraseña",
  "doctor.step.page": "página",
  "doctor.page_works": "funciona: {url}",
  "doctor.page_none":
    "ninguna: el servidor se ha iniciado con `--no-web`, o es de una versión anterior",
  "doctor.page_wrong_host": "rechazada en {url}: inicia el servidor con `--web-host {host}`",
  "doctor.page_untrusted":
    "ningún navegador se fía del certificado propio del servidor: los teléfonos necesitan uno de " +
    "una autoridad (`--tls-cert`), o un servidor sin `--tls`",
  "doctor.page_silent": "no hay respuesta en {url}",
  "doctor.page_other": "en {url} responde otra cosa, con el estado HTTP {status}: quizá un proxy",
  "doctor.name_found": "{host} es {addresses}",
  "doctor.name_unknown": "{host} no existe",
  "doctor.name_unanswered": "no responde ningún servidor de nombres",
  "doctor.way_connected": "{address} en {ms} ms",
  "doctor.way_refused": "{address}: conexión rechazada",
  "doctor.way_unreachable": "{address}: la red no llega hasta ahí",
  "doctor.way_filtered": "{address}: sin respuesta en {seconds} s",
  "doctor.way_forbidden": "{address}: esta máquina no lo permite",
  "doctor.way_failed": "{address}: ha fallado ({reason})",
  "doctor.tls_certificate": "{version}, certificado de {name}, del {from} al {until}",
  "doctor.tls_nameless": "{version}, un certificado sin nombre, del {from} al {until}",
  "doctor.tls_issued_by": "emitido por {issuer}",
  "doctor.tls_self_issued": "emitido por el propio servidor",
  "doctor.tls_by_named": "de confianza: tiene la huella que has indicado",
  "doctor.tls_by_remembered": "de confianza: es el mismo que cuando te uniste",
  "doctor.tls_by_file": "de confianza: lo avala una autoridad de --tls-ca",
  "doctor.tls_by_system": "de confianza: lo avala una autoridad en la que confía este sistema",
  "doctor.tls_distrusted": "no es de confianza",
  "doctor.tls_not_tls": "no usa TLS",
  "doctor.tls_silent": "no hay respuesta a TLS",
  "doctor.tls_failed": "TLS falla: {tls.reason}",
  "doctor.hub_is": "{hub}, protocolo {protocol}, en tramas",
  "doctor.hub_latency": "responde en {ms} ms",
  "doctor.hub_nobody": "no hay nadie conectado",
  "doctor.hub_people": "{count:hay 1 persona conectada|hay # personas conectadas}",
  "doctor.hub_other": "un servidor de otra versión, protocolo {protocol}",
  "doctor.hub_says": "dice: {text}",
  "doctor.talk_tls": "usa TLS",
  "doctor.talk_silent": "acepta la conexión y no envía nada",
  "doctor.talk_closed": "acepta la conexión y la cierra sin decir nada",
  "doctor.stranger": "no es un servidor de chat, sino {doctor.service.service}",
  "doctor.stranger_says": "no es un servidor de chat, sino {doctor.service.service}: {line}",
  "doctor.password_none": "no hace falta",
  "doctor.password_right": "correcta",
  "doctor.password_wrong": "incorrecta",
  "doctor.password_wanted": "hace falta",
  "doctor.service.ssh": "un servidor SSH",
  "doctor.service.http": "un servidor web (HTTP)",
  "doctor.service.smtp": "un servidor de correo (SMTP)",
  "doctor.service.ftp": "un servidor de archivos (FTP)",
  "doctor.service.imap": "un servidor de correo (IMAP)",
  "doctor.service.pop3": "un servidor de correo (POP3)",
  "doctor.service.irc": "un servidor IRC",
  "doctor.service.telnet": "un servidor telnet",
  "doctor.service.mysql": "un servidor MySQL o MariaDB",
  "doctor.service.redis": "un servidor Redis",
  "doctor.service.memcached": "un servidor memcached",
  "doctor.service.nats": "un servidor NATS",
  "doctor.service.vnc": "un escritorio remoto (VNC)",
  "doctor.service.xmpp": "un servidor XMPP",
  "doctor.service.rsync": "un servidor rsync",
  "doctor.service.rtsp": "un servidor de vídeo (RTSP)",
  "doctor.service.echo": "algo que repite todo lo que recibe",
  "doctor.service.ncat_chat": "un chat de ncat",
  "doctor.service.unknown": "un servicio desconocido",
  "doctor.says.well": "Todo va bien: el servidor de {address} funciona y te deja entrar.",
  "doctor.says.well_old":
    "En {address} hay un servidor y, por lo que se puede comprobar, todo va bien. Es de una " +
    "versión anterior, que no dice quién puede entrar ni si pide contraseña.",
  "doctor.says.tls_ends":
    "Pero su certificado caduca el {until}: el servidor necesita uno nuevo antes.",
  "doctor.says.join": "Únete con:",
  "doctor.says.password_right": "La contraseña es correcta.",
  "doctor.says.password_unneeded": "No pide contraseña, así que no se le ha enviado la tuya.",
  "doctor.says.password_plain":
    "No se cifra nada, así que la contraseña y todos los mensajes se pueden leer por el camino; " +
    "quien lleva el servidor puede arrancarlo con --tls.",
  "doctor.says.ways_partly":
    "Sin embargo, hay direcciones suyas que no responden: {failed}. Los clientes que prueben " +
    "ahí primero se quedarán esperando, así que arréglalas o quítalas del DNS.",
  "doctor.says.unknown_host":
    "No se encuentra la máquina {host}: revisa cómo está escrito el nombre. Algunos nombres solo " +
    "existen dentro de una red o VPN, así que comprueba también que esta máquina está conectada " +
    "a ella. Siempre puedes usar la dirección numérica que el servidor muestra al arrancar.",
  "doctor.says.unknown_short":
    "No se encuentra la máquina {host}: revisa cómo está escrito el nombre. Dentro de una red, " +
    "suele necesitar una terminación, como en {host}.local o {host}.lan. Siempre puedes " +
    "usar la dirección numérica que el servidor muestra al arrancar.",
  "doctor.says.no_dns":
    "No se puede averiguar la dirección de {host}, porque a esta máquina no le responde ningún " +
    "servidor de nombres. Comprueba que está conectada a la red (y a la VPN, si el nombre es de " +
    "una). Si solo fallan los nombres, usa la dirección numérica que el servidor muestra al " +
    "arrancar.",
  "doctor.says.refused_here":
    "Nadie escucha en {address}: en esta máquina no hay ningún servidor en marcha, al menos " +
    "no en el puerto {port}. Arranca uno en otra terminal con `chat server {host} {port}`. Si el " +
    "servidor está en otra máquina, indica su dirección: `chat doctor HOST {port}`.",
  "doctor.says.refused":
    "La máquina {host} responde, pero nadie escucha en su puerto {port}: el servidor no está en " +
    "marcha, usa otro puerto, o solo escucha en 127.0.0.1, adonde no llegan otras máquinas. Si " +
    "allí se arranca con `chat server 0.0.0.0 {port}`, puede unirse toda la red, y sus primeras " +
    "líneas dicen qué escribir. Un cortafuegos que rechaza conexiones produce el mismo efecto.",
  "doctor.says.elsewhere":
    "Nadie escucha en {address}, pero hay un servidor en {found}: seguramente es el que buscas.",
  "doctor.says.loopback_only":
    "{host} es esta máquina, y su servidor solo escucha en {found}, adonde no llegan otras " +
    "máquinas. Para abrirlo a toda la red, detenlo con Ctrl-C y arráncalo con " +
    "`chat server 0.0.0.0 {port}`. Desde esta máquina te puedes unir tal como está.",
  "doctor.says.filtered":
    "{address} no responde en absoluto. Casi siempre es un cortafuegos, en esa máquina o por el " +
    "camino, que descarta los paquetes: tiene que dejar pasar el puerto {port} (TCP). O la " +
    "máquina está apagada, tiene ahora otra dirección, o está en una red a la que esta no llega; " +
    "también hay redes wifi de invitados que aíslan unas máquinas de otras.",
  "doctor.says.unreachable":
    "Esta máquina no tiene ninguna ruta hasta {host}. Comprueba que está conectada a la misma " +
    "red que el servidor o a su VPN, y que la dirección es correcta: las que empiezan por 10, de " +
    "172.16 a 172.31, 192.168 o fe80 solo valen dentro de una red.",
  "doctor.says.forbidden":
    "Esta máquina no deja que el programa conecte con {address}: lo prohíbe un cortafuegos u " +
    "otra regla suya. Permítelo ahí, o pregunta a quien administra la máquina.",
  "doctor.says.failed": "No se puede conectar con {address}: {reason}. Revisa la dirección.",
  "doctor.says.silent":
    "Algo en {address} acepta la conexión pero no envía nada, cosa que no hace ningún servidor " +
    "de chat. Puede ser otro servicio, que espera a que el cliente hable primero; un proxy o un " +
    "túnel cuyo otro extremo no responde; o un servidor colgado, porque se detuvo con Ctrl-Z o " +
    "su máquina está sobrecargada. Revisa el puerto y, en esa máquina, qué escucha en él.",
  "doctor.says.closed":
    "Algo en {address} acepta la conexión y la cierra enseguida, sin decir nada. Casi siempre es " +
    "un túnel, un proxy o un contenedor (`ssh -L`, Docker) que está abierto sin que nadie " +
    "escuche detrás, o una regla que rechaza tu dirección. Comprueba en esa máquina que el " +
    "servidor está en marcha y que las conexiones se reenvían a su puerto.",
  "doctor.says.stranger":
    "En {address} hay {doctor.service.service}, no un servidor de este chat: seguramente la " +
    "máquina o el puerto no son esos. Un servidor muestra ambos en sus primeras líneas, y su " +
    "puerto es el {usual} si no se le dio otro.",
  "doctor.says.tls_wanted": "El servidor de {address} usa TLS, y no has usado --tls.",
  "doctor.says.tls_wanted_remembered": "Es el mismo al que ya te uniste: añade --tls.",
  "doctor.says.tls_wanted_system":
    "Lo avala una autoridad en la que confía este sistema: añade --tls.",
  "doctor.says.tls_wanted_shown":
    "La huella de su certificado es {shown}. Si el servidor muestra la misma en sus primeras " +
    "líneas, o la confirma quien lo lleva, añádela después de --tls.",
  "doctor.says.tls_wanted_unclear": "Añade --tls, y chat doctor podrá decir más.",
  "doctor.says.not_tls":
    "El servidor de {address} no usa TLS, y has usado --tls. Quítalo, si no te importa que todos " +
    "los mensajes se puedan leer por el camino; o pide a quien lleva el servidor que lo arranque " +
    "con --tls, y únete entonces con la huella que muestre.",
  "doctor.says.not_tls_unknown":
    "Lo que responde en {address} no usa TLS, y has usado --tls: revisa la máquina y el puerto.",
  "doctor.says.tls_broken":
    "No se puede establecer una conexión cifrada con {address}: {tls.reason}. Quizá lo que responde " +
    "ahí no es un servidor de chat, o algo por el camino rompe las conexiones cifradas.",
  "doctor.says.tls_unknown":
    "El servidor de {address} usa TLS, pero su certificado no lo avala ninguna autoridad en la " +
    "que confíe este sistema. Es lo normal en un certificado que ha creado el propio servidor. " +
    "Su huella es {shown}: compárala con la que muestra el servidor en sus primeras líneas, o " +
    "con la que te dé por otra vía quien lo lleva. Si son iguales, únete con la huella.",
  "doctor.says.tls_changed":
    "{address} muestra un certificado distinto del que tenía cuando te uniste: ahora es {shown}. " +
    "O el servidor tiene un certificado nuevo, o alguien intercepta la conexión. Pregunta a " +
    "quien lleva el servidor, y únete con la huella nueva solo si la confirma.",
  "doctor.says.tls_dropped": ({ address, knownIn }) =>
    `Lo que responde en ${address} no usa TLS, pero antes este servidor cifraba, y puede que alguien ` +
    "esté en medio. No te unas, y pregunta a quien lleva el servidor." +
    (knownIn ? ` Solo si confirma que ya no cifra, borra la línea ${address} de ${knownIn}.` : ""),
  "doctor.says.tls_other":
    "{address} no tiene la huella que has indicado: la suya es {shown}. O la tuya es de otro " +
    "servidor o de un certificado anterior, o alguien intercepta la conexión. Pregunta a quien " +
    "lleva el servidor antes de unirte.",
  "doctor.says.tls_expired":
    "El certificado de {address} caducó el {until}, y según el reloj de esta máquina hoy es " +
    "{today}. Si es así, quien lleva el servidor tiene que conseguir otro; si no, pon el reloj " +
    "en hora.",
  "doctor.says.tls_early":
    "El certificado de {address} no es válido antes del {from}, y según el reloj de esta máquina " +
    "hoy es {today}. Casi siempre es el reloj el que va mal: ponlo en hora. Si va bien, espera, " +
    "o pregunta a quien lleva el servidor.",
  "doctor.says.tls_name":
    "El certificado de {address} es para {name}, no para {host}: únete con el nombre que figura " +
    "en él. Si es la misma máquina, también puedes unirte con la huella, después de comparar " +
    "{shown} con la que muestra el servidor.",
  "doctor.says.tls_issuer":
    "El certificado de {address} lo ha emitido {issuer}, en quien este sistema no confía. Pide a " +
    "quien lleva el servidor el certificado de esa autoridad, e indica su archivo con --tls-ca.",
  "doctor.says.tls_impostor":
    "{address} muestra un certificado cuya clave no tiene: alguien intercepta la conexión y se " +
    "hace pasar por el servidor. No te unas, y avisa a quien administra la red.",
  "doctor.says.tls_unverified":
    "El certificado de {address} no es válido: {tls.reason}. Tiene que arreglarlo quien lleva el " +
    "servidor.",
  "doctor.says.password_wanted":
    "El servidor de {address} funciona y pide una contraseña: pregunta a quien lo lleva. En una " +
    "terminal te la pide chat client; en un script, ponla en un archivo para --password-file, o " +
    "en CHAT_PASSWORD. Con cualquiera de los dos, chat doctor comprueba si es correcta.",
  "doctor.says.password_wrong":
    "El servidor de {address} funciona, pero la contraseña es incorrecta: revisa la primera línea " +
    "del archivo de --password-file, o CHAT_PASSWORD; cuentan las mayúsculas y los espacios " +
    "interiores. El servidor lo cuenta como un intento fallido; cada conexión tiene {tries}.",
  "doctor.says.newer":
    "El servidor de {address} es de una versión más nueva: habla el protocolo {theirs}, y este " +
    "programa el {ours}. Únete con la versión nueva de chat, o con nc, que sirve con cualquier " +
    "versión.",
  "doctor.says.older":
    "El servidor de {address} es de una versión anterior: habla el protocolo {theirs}, y este " +
    "programa el {ours}. Pide a quien lo lleva que lo actualice, o únete con la versión anterior " +
    "de chat, o con nc, que sirve con cualquier versión.",
  "doctor.says.server_full":
    "El servidor de {address} está lleno: tiene tantas conexiones como permite. Inténtalo más " +
    "tarde, o pide a quien lo lleva que suba --max-connections.",
  "doctor.says.address_full":
    "El servidor de {address} tiene tantas conexiones desde tu dirección como permite. Cierra " +
    "alguna tuya; si toda una clase u oficina comparte una dirección, quien lleva el servidor " +
    "tiene que subir --max-per-address.",
  "doctor.says.banned":
    "El servidor de {address} funciona, pero no te deja entrar: un moderador te ha vetado, a ti " +
    "o tu dirección. Habla con quien lleva el servidor; un moderador puede levantar el veto con " +
    "/readmitir.",
  "doctor.says.not_proxied":
    "El servidor de {address} funciona, pero un proxy que tiene delante envía una cabecera PROXY, que el servidor no lee. " +
    "Quien los lleva tiene que iniciar el servidor con --proxy-protocol y la dirección del proxy, o desactivar esa cabecera: " +
    "send-proxy en haproxy, proxy_protocol en nginx.",
  "doctor.says.locked":
    "El servidor de {address} funciona, pero un moderador lo ha bloqueado: de momento no puede " +
    "entrar nadie más. Inténtalo más tarde, o pregunta a alguien que esté dentro. Los " +
    "moderadores entran con su contraseña, con --password-file ARCHIVO.",
  "doctor.says.cut_off":
    "El servidor de {address} es uno de varios que son un solo chat, y no puede comunicarse con " +
    "los demás: hasta que pueda, no puede entrar nadie. Únete a otro de ellos, o inténtalo más " +
    "tarde; quien lo lleva debería revisar sus servidores NATS.",
  "doctor.says.shutdown":
    "El servidor de {address} se está deteniendo: inténtalo dentro de un momento, o pregunta a " +
    "quien lo lleva cuándo vuelve.",
  "doctor.says.bye": "El servidor de {address} no te deja entrar. Dice: {bye.reason}",
};
