/** Spanish. */

import type { Catalogue } from "./catalogue.ts";

export const es: Catalogue = {
  "error.bad_frame": "trama incorrecta: {reason}",
  "error.not_utf8": "esa línea no es UTF-8 válido: no se ha enviado nada de ella",
  "error.line_too_long":
    "línea demasiado larga (máximo {max} bytes): no se ha enviado nada de ella",
  "error.unknown_command": ({ name, suggestion }) =>
    `no existe la orden /${name}: ${suggestion ? `¿querías decir /${suggestion}? ` : ""}` +
    "/ayuda las muestra, y // envía una línea que empieza por /",
  "error.missing_argument": ({ name, argument }, part) =>
    `a /${name} le falta ${part(`argument.${argument}`) ?? argument}`,
  "error.bad_nick": ({ nick, fault }, part) =>
    `no se puede usar el nombre "${nick}": ${part(`fault.${fault}`) ?? fault}`,
  "error.nick_taken": 'el nombre "{nick}" está en uso: {suggestion} está libre',
  "error.unknown_lang": 'no existe el idioma "{lang}": hay es y en',
  "error.empty_message": "no se ha enviado un mensaje sin texto",
  "error.no_such_room": 'no estás en ninguna sala "{room}": /entrar SALA te lleva a una',
  "error.bad_room": ({ room, fault }, part) =>
    `no se puede usar el nombre de sala "${room}": ${part(`fault.${fault}`) ?? fault}`,
  "error.too_many_rooms": "estás en {max} salas y no puedes estar en más: /dejar SALA deja una",
  "error.no_more_rooms": "hay {max} salas y este servidor no tiene más: /salas las muestra",
  "error.last_room": "{room} es la única sala en que estás: /salir sale del chat",
  "error.topic_too_long": "un tema tiene como mucho {max} caracteres: no se ha cambiado nada",
  "error.no_such_nick": ({ nick, suggestion }) =>
    `nadie se llama aquí "${nick}"` +
    (suggestion ? `; ¿querías decir ${suggestion}?` : ""),
  "error.not_oneself": "no puedes hacerte eso a ti",
  "error.too_many_ignored":
    "ignoras a {max} personas y no puedes ignorar a más: /ignorar NOMBRE vuelve a oír a una",
  "error.nobody_to_answer": "nadie te ha escrito en privado: /privado NOMBRE TEXTO empieza",
  "error.bad_count": '"{argument}" no es un número de mensajes: va de 1 a {max}',
  "error.password_wanted": "este servidor pide una contraseña: escríbela y pulsa Intro",
  "error.wrong_password": ({ left }) =>
    `esa no es la contraseña: ${left === 1 ? "queda un intento" : `quedan ${left} intentos`}`,
  "error.no_moderation":
    "este servidor no tiene moderación: se ha iniciado sin --mod-password-file",
  "error.not_moderator": "/{name} es para quien modera: /moderar CONTRASEÑA te lo permite",
  "error.room_locked": "#{room} está bloqueada: solo puede entrar quien modera",
  "error.paused": "#{room} está en pausa: solo puede escribir quien modera",
  "error.too_soon": ({ room, seconds }) =>
    `#${room} va despacio: podrás escribir dentro de ${
      seconds === 1 ? "un segundo" : `${seconds} segundos`
    }`,
  "error.muted": ({ minutes }) =>
    `te han silenciado: podrás escribir dentro de ${
      minutes === 1 ? "un minuto" : `${minutes} minutos`
    }`,
  "error.bad_minutes":
    '"{argument}" no es un número de minutos: va de 1 a {max}, y 0 deja escribir de nuevo',
  "error.bad_seconds":
    '"{argument}" no es un número de segundos: va de 1 a {max}, y 0 quita la espera',
  "error.too_many_muted":
    "hay {max} personas silenciadas y no puede haber más: /silenciar NOMBRE 0 deja escribir a una",
  "error.too_many_banned":
    "hay {max} personas vetadas y no puede haber más: /readmitir NOMBRE deja entrar a una",
  "error.not_banned": 'nadie llamado "{nick}" está vetado: /vetar muestra quién lo está',
  "error.own_address":
    "{nick} tiene la misma dirección que tú, y no podrías volver: /vetar {nick} la deja fuera",
  "error.cut_off":
    "para eso hacen falta los demás servidores, y ahora no responden: inténtalo más tarde",

  "notice.nick_replaced": ({ wanted, nick, fault }, part) =>
    `no se puede usar el nombre "${wanted}" (${part(`fault.${fault}`) ?? fault}): ` +
    `eres ${nick}, y con /nombre lo cambias`,
  "notice.history": ({ count }) =>
    `--- ${count === 1 ? "el último mensaje" : `los últimos ${count} mensajes`} ---`,
  "notice.throttled":
    "te frenamos: envías más deprisa de lo que admite este servidor, y no se pierde nada",
  "notice.resumed": ({ count, missing, mentions }) =>
    (count === 0
      ? "conectado de nuevo: nadie ha dicho nada entretanto"
      : `conectado de nuevo: ${
        count === 1 ? "ha llegado un mensaje" : `han llegado ${count} mensajes`
      } entretanto`) +
    (mentions ? ` (${mentions === 1 ? "uno te menciona" : `${mentions} te mencionan`})` : "") +
    (missing === 0 ? "" : `, y otros ${missing} que ya no se conservan`),
  "notice.away": "{nick} ha perdido la conexión y lo recibirá cuando vuelva",
  "notice.undelivered": "{nick} no ha vuelto y no ha recibido: {text}",
  "notice.muted": ({ by, minutes }) =>
    `${by} te ha silenciado durante ${minutes === 1 ? "un minuto" : `${minutes} minutos`}`,
  "notice.unmuted": "{by} te deja escribir de nuevo",
  "notice.locked": "{nick} ha bloqueado #{room}: no puede entrar nadie más",
  "notice.unlocked": "{nick} ha desbloqueado #{room}: ya puede entrar cualquiera",
  "notice.paused": "{nick} ha puesto #{room} en pausa: solo puede escribir quien modera",
  "notice.unpaused": "{nick} ha quitado la pausa de #{room}: ya puede escribir cualquiera",
  "notice.slowed": ({ nick, room, seconds }) =>
    `${nick} ha frenado #${room}: cada cual puede escribir cada ${
      seconds === 1 ? "segundo" : `${seconds} segundos`
    }`,
  "notice.unslowed": "{nick} ya no frena #{room}",
  "notice.history_unsaved": "el historial no se está guardando",
  "notice.history_saved": ({ lost }) =>
    "el historial vuelve a guardarse" +
    (lost === 0 ? "" : `; ${lost === 1 ? "falta un mensaje" : `faltan ${lost} mensajes`} en él`),
  "notice.cluster_lost":
    "los demás servidores no responden: lo que digas espera, y se envía cuando respondan",
  "notice.cluster_back": "los demás servidores vuelven a responder: se envía lo que esperaba",

  "bye.quit": "hasta pronto",
  "bye.shutdown": "desconectado: el servidor se detiene",
  "bye.line_too_long": "desconectado: más de {max} bytes sin fin de línea",
  "bye.slow_consumer": "desconectado: lees demasiado despacio",
  "bye.server_full": "servidor lleno: inténtalo más tarde",
  "bye.cut_off":
    "este servidor no alcanza a los demás y no deja entrar a nadie: inténtalo más tarde",
  "bye.address_full":
    "demasiadas conexiones desde tu dirección: cierra alguna o inténtalo más tarde",
  "bye.not_http": "esto es un servidor de chat y no de páginas: únete con chat client o nc",
  "bye.not_tls": "este servidor no habla TLS aquí: únete sin --tls",
  "bye.unsupported_protocol":
    "desconectado: este servidor habla el protocolo {supported}, no el {protocol}",
  "bye.timeout": "desconectado: hace demasiado que no se sabe nada de ti",
  "bye.resumed_elsewhere": "desconectado: has vuelto a entrar por otra conexión",
  "bye.kicked": ({ by, reason }) => `${by} te ha expulsado${reason ? `: ${reason}` : ""}`,
  "bye.banned": "no puedes entrar aquí",
  "bye.auth_failed": "desconectado: contraseña incorrecta demasiadas veces",
  "bye.handshake_timeout": "desconectado: la contraseña no ha llegado a tiempo",
  "bye.locked": "de momento no puede entrar nadie más: inténtalo más tarde",

  "left.quit": "ha salido",
  "left.shutdown": "el servidor se detiene",
  "left.line_too_long": "ha enviado demasiado sin fin de línea",
  "left.slow_consumer": "leía demasiado despacio",
  "left.server_full": "el servidor está lleno",
  "left.cut_off": "venía cuando los servidores no se alcanzaban",
  "left.address_full": "venía de una dirección con demasiadas conexiones",
  "left.not_http": "era un navegador",
  "left.not_tls": "era un cliente de TLS",
  "left.unsupported_protocol": "hablaba otro protocolo",
  "left.timeout": "no daba señales de vida",
  "left.resumed_elsewhere": "ha entrado por otra conexión",
  "left.kicked": ({ by, because }) => `le ha expulsado ${by}${because ? `: ${because}` : ""}`,
  "left.banned": ({ by }) => by ? `le ha vetado ${by}` : "tiene vetada la entrada",
  "left.auth_failed": "no sabía la contraseña",
  "left.handshake_timeout": "no ha dado la contraseña a tiempo",
  "left.locked": "ha llegado tarde",

  "fault.empty": "está vacío",
  "fault.too_long": "un nombre tiene como mucho 24 caracteres y 64 bytes",
  "fault.bad_character": "un nombre se compone de letras, cifras y _ - .",
  "fault.bad_start": "un nombre empieza por una letra o una cifra",
  "fault.mixed_scripts": "un nombre se escribe en un solo alfabeto",
  "fault.reserved": "está reservado",
  "fault.taken": "está en uso",
  "fault.banned": "está vetado",

  "event.welcome": "te damos la bienvenida, {nick} ({count} aquí: {members})",
  "event.hint": "/nombre NOMBRE dice quién eres, /ayuda muestra las órdenes, /salir sale",
  "event.joined": "{nick} ha entrado ({count} aquí)",
  "event.joined_many": "{nicks} han entrado ({count} aquí)",
  "event.left": "{nick} ha salido ({count} aquí)",
  "event.left_many": "{nicks} han salido ({count} aquí)",
  "event.left_because": ({ nick, reason, count }, part) =>
    `${nick} ya no está: ${part(`left.${reason}`) ?? reason} (${count} aquí)`,
  "event.renamed": "{from} ahora es {nick}",
  "event.private": "[privado]",
  "event.topic": "{nick} ha cambiado el tema: {topic}",
  "event.topic_none": "{nick} ha quitado el tema",
  "event.topic_is": "tema: {topic}",

  "reply.help": "órdenes:",
  "reply.help_say_slash": "//TEXTO  envía /TEXTO como mensaje",
  "reply.who": "{count} aquí: {members}",
  "reply.more_members": "y {count} más",
  "reply.nick": "ahora eres {nick}",
  "reply.lang": "a partir de ahora en español",
  "reply.join": "estás en #{room} ({count} aquí: {members})",
  "reply.leave": "has dejado #{room} y estás en #{current}",
  "reply.rooms": "salas:",
  "reply.room": "#{room} ({count} aquí) {topic}",
  "reply.more_rooms": "y {count} más",
  "reply.private": "[privado] a {to}: {text}",
  "reply.history_none": "aquí no se ha dicho nada todavía",
  "reply.ignore": "ya no ves lo que dice {nick}; lo mismo otra vez lo muestra",
  "reply.hear": "vuelves a ver lo que dice {nick}",
  "reply.ignored": "no ves lo que dicen: {nicks}",
  "reply.ignored_none": "no ignoras a nadie",
  "reply.help_moderators": "para quien modera:",
  "reply.mod": "ahora moderas: /ayuda muestra lo que puedes hacer",
  "reply.kick": "{nick} queda fuera, pero puede volver: /vetar NOMBRE es definitivo",
  "reply.mute": ({ nick, minutes }) =>
    `${nick} no puede escribir durante ${minutes === 1 ? "un minuto" : `${minutes} minutos`}`,
  "reply.unmute": "{nick} puede escribir",
  "reply.ban": "{nick} no puede volver: /readmitir {nick} lo deshace",
  "reply.ban_address":
    "{nick} no puede volver, ni nadie desde su dirección: /readmitir {nick} lo deshace",
  "reply.banned": "no pueden entrar: {nicks}",
  "reply.banned_none": "no hay nadie vetado",
  "reply.unban": "{nick} puede entrar de nuevo",
  "reply.lock": "#{room} está bloqueada: solo puede entrar quien modera; lo mismo la desbloquea",
  "reply.unlock": "#{room} ya no está bloqueada",
  "reply.slow": ({ room, seconds }) =>
    `en #${room} cada cual puede escribir cada ${
      seconds === 1 ? "segundo" : `${seconds} segundos`
    }`,
  "reply.unslow": "en #{room} nadie tiene que esperar entre mensajes",
  "reply.pause": "#{room} está en pausa: solo puede escribir quien modera; lo mismo la quita",
  "reply.unpause": "#{room} ya no está en pausa",

  "command.answer": "responde a quien te ha escrito en privado",
  "command.clear": "vacía la pantalla",
  "command.exit": "sale del chat",
  "command.help": "muestra las órdenes",
  "command.history": "muestra lo último que se ha dicho",
  "command.ignore": "oculta lo que dice alguien, o lo vuelve a mostrar",
  "command.join": "entra en una sala",
  "command.language": "el idioma en que te habla el servidor: es o en",
  "command.leave": "deja una sala",
  "command.me": "dice lo que haces: * ana saluda",
  "command.message": "escribe a una persona en privado",
  "command.nick": "dice quién eres",
  "command.rooms": "muestra las salas",
  "command.topic": "muestra o cambia el tema de la sala, - para ninguno",
  "command.who": "muestra quién está",
  "command.mod": "te permite moderar",
  "command.kick": "echa a alguien, que puede volver",
  "command.mute": "no deja escribir a alguien (10 minutos), 0 le deja de nuevo",
  "command.ban": "no deja volver a alguien (ni a su dirección), o muestra a quién",
  "command.unban": "deja entrar de nuevo a alguien",
  "command.lock": "no deja entrar a nadie más en la sala, o deja de nuevo",
  "command.slow": "cuánto espera cada cual entre mensajes en la sala, 0 para nada",
  "command.pause": "solo deja escribir en la sala a quien modera, o deja a todos",
  "argument.lang": "IDIOMA",
  "argument.nick": "NOMBRE",
  "argument.text": "TEXTO",
  "argument.nick_text": "NOMBRE TEXTO",
  "argument.room": "SALA",
  "argument.topic": "TEMA",
  "argument.count": "NÚMERO",
  "argument.password": "CONTRASEÑA",
  "argument.nick_reason": "NOMBRE [MOTIVO]",
  "argument.nick_minutes": "NOMBRE [MINUTOS]",
  "argument.nick_address": "NOMBRE [dirección]",
  "argument.seconds": "SEGUNDOS",

  "usage.about": "Chat de grupo para la terminal, en un solo ejecutable.",
  "usage.arguments":
    "HOST es 127.0.0.1 y PUERTO es 3000 si no se indican; también valen HOST:PUERTO y [IPV6]:PUERTO.",
  "usage.positionals": "[HOST] [PUERTO]",
  "usage.options": "[OPCIONES]",
  "usage.more": "chat help ORDEN explica más.",
  "usage.heading.usage": "Uso:",
  "usage.heading.commands": "Órdenes:",
  "usage.heading.options": "Opciones:",
  "usage.heading.limits": "Límites, donde BYTES puede escribirse 4096, 64K, 1M o 1G:",
  "usage.heading.examples": "Ejemplos:",
  "usage.server.summary": "pone en marcha el servidor al que todos se unen",
  "usage.server.details":
    "Pone en marcha el servidor. Escribe en la salida estándar las líneas con las que los demás se\n" +
    "unen, y su registro en la salida de errores. Ctrl-C lo detiene: se avisa a todos, y un segundo\n" +
    "Ctrl-C no espera a eso.",
  "usage.client.summary": "se une a un servidor",
  "usage.client.details":
    "Se une a un servidor. Lo que escribes se envía con Intro; /ayuda muestra las órdenes, y Ctrl-C en\n" +
    "una línea vacía sale. Sin terminal envía las líneas de la entrada estándar y acaba cuando se\n" +
    "acepta la última.\n" +
    "En una terminal, sin HOST ni PUERTO, busca los servidores que se anuncian en esta red (chat\n" +
    "server --announce) y el de esta máquina: se une si hay uno solo, y pregunta si hay varios.",
  "usage.help.summary": "explica más de una orden",
  "option.help": "esta ayuda",
  "option.version": "la versión",
  "option.lang": "el idioma: es o en (de LC_ALL, LC_MESSAGES, LANG)",
  "option.server_lang":
    "el idioma para quien no ha elegido: es o en (de LC_ALL, LC_MESSAGES, LANG)",
  "option.color": "color: auto, always o never (auto); si NO_COLOR está puesto, nunca",
  "option.theme": "el aspecto: default, mono o high-contrast (default)",
  "option.time":
    "junto a cada línea: HH:MM, relative (cuánto después de la anterior) o none (HH:MM)",
  "option.joins": "quién entra y sale: all, smart (solo quien ha hablado) o none (all)",
  "option.ascii": "no dibuja más signos propios que los de ASCII",
  "option.no_bell": "sin sonido cuando alguien te menciona",
  "option.notify": "una notificación del escritorio cuando alguien te menciona, o si no, el timbre",
  "option.no_history": "no muestra nada de lo que se dijo antes",
  "option.plain": "solo líneas, nada se redibuja: para lectores de pantalla; como con TERM=dumb",
  "option.name": "quién eres; luego /nombre lo cambia",
  "option.room": "la sala en la que entrar, en lugar de la primera",
  "option.send": "envía este mensaje u orden, muestra lo que responde la orden y sale",
  "option.json": "muestra tramas, un objeto JSON por línea, y las admite (véase el README)",
  "option.retry": "segundos para reintentar si se pierde la conexión, 0 para nada",
  "option.client_password_file":
    "un archivo con la contraseña en su primera línea (o en CHAT_PASSWORD)",
  "option.no_input_history": "no conserva lo que escribes para la próxima vez",
  "option.client_tls": "se une por TLS, y solo al servidor que tiene esta huella, si se da",
  "option.tls_ca": "por TLS, cree también a las autoridades cuyos certificados contiene",
  "option.rate": "líneas por segundo que puede enviar cada cual a la larga, 0 sin límite (5)",
  "option.burst": "líneas que puede enviar cada cual de golpe, antes de --rate, 0 sin límite (10)",
  "option.history": "mensajes de una sala que se muestran a quien entra, 0 para ninguno (50)",
  "option.grace": "cuánto conserva su nombre y sus salas quien pierde la conexión (120)",
  "option.password_file":
    "solo entra quien sabe la contraseña de su primera línea (o de CHAT_PASSWORD)",
  "option.mod_password_file":
    "quien sabe la contraseña de su primera línea puede moderar (/moderar)",
  "option.motd_file": "lo que dice se muestra a quien entra",
  "option.tls": "cifrado, con un certificado que se crea la primera vez y se conserva",
  "option.tls_cert": "cifrado con este certificado (PEM, con los de quien lo emite)",
  "option.tls_key": "la clave de --tls-cert (PEM)",
  "option.db": "el archivo que conserva el historial tras acabar el servidor; si no está, se crea",
  "option.keep": "cuánto se conserva de él: tantos mensajes, o días como en 90d (1000000)",
  "option.nats": "con los mismos servidores NATS (nats://HOST:PUERTO,...) varios son un solo chat",
  "option.nats_creds": "el archivo de credenciales para --nats",
  "option.nats_ca": "con TLS, quién responde de los servidores de --nats: certificados en PEM",
  "option.cluster": "el chat de --nats del que este servidor forma parte (chat)",
  "option.log": "lo que cuenta el registro: debug, info, warning o error (info)",
  "option.log_file": "el archivo al que se añade el registro, en lugar de la salida de errores",
  "option.metrics": "dónde encuentra Prometheus las métricas; un puerto solo es el de esta máquina",
  "option.join": "charlar además en esta terminal; al salir se detiene el servidor",
  "option.join_name": "con --join, quién eres",
  "option.max_line": "bytes de una línea de nc; una más larga se descarta entera ({usual})",
  "option.max_frame":
    "bytes de un mensaje de nuestro cliente o un bot; uno mayor se descarta ({usual})",
  "option.max_pending": "bytes que pueden esperar a un lector; con más se le desconecta ({usual})",
  "option.max_pending_total": "bytes que pueden esperar a todos los lectores juntos ({usual})",
  "option.stall": "cuánto puede pasar un lector sin recoger nada de lo que le espera ({usual})",
  "option.handshake": "cuánto puede tardar en entrar quien da una contraseña o es un bot ({usual})",
  "option.silence": "cuánto pueden callar nuestro cliente o un bot, que envían pings ({usual})",
  "option.max_connections": "conexiones a la vez ({usual}, o menos si el sistema permite menos)",
  "option.max_per_address":
    "conexiones desde una dirección; por loopback puede haber más ({usual})",
  "option.accept_pause":
    "la pausa más larga mientras el sistema no admite más conexiones ({usual})",
  "option.drain":
    "cuánto pueden tardar las últimas palabras antes de cerrar una conexión ({usual})",
  "example.server": "un servidor para esta máquina",
  "example.server_lan": "un servidor para toda la red",
  "example.server_port": "un servidor en IPv6, en cualquier puerto libre",
  "example.client": "unirse al servidor de esta red o máquina",
  "example.client_name": "unirse al de otra máquina como ana",
  "example.client_pipe": "enviar lo que escribe un programa, línea a línea",
  "example.client_tls": "unirse por TLS a uno que avala una autoridad",
  "example.client_several": "unirse a uno de varios servidores que son un solo chat",
  "example.client_send": "enviar un mensaje desde un guion",
  "example.server_join": "un servidor contigo dentro",
  "example.server_tls": "un servidor cifrado para toda la red",
  "example.nc": "unirse sin este programa",

  "usage.unknown_subcommand": ({ name, suggestion }) =>
    `no existe la orden "${name}"${suggestion ? `: ¿querías decir "${suggestion}"?` : ""}`,
  "usage.unknown_option": ({ option, suggestion }) =>
    `no existe la opción ${option}${suggestion ? `: ¿querías decir ${suggestion}?` : ""}`,
  "usage.missing_value": "a {option} le falta un valor",
  "usage.bad_number": '{option} admite un número entero de {min} a {max}, no "{value}"',
  "usage.bad_bytes": '{option} admite un número de bytes de {min} a {max}, no "{value}"',
  "usage.bad_keep": '{option} admite un número de mensajes, o de días como en 90d, no "{value}"',
  "usage.bad_nats":
    '{option} admite nats://HOST:PUERTO o tls://HOST:PUERTO, varios separados por comas, no "{value}"',
  "usage.bad_cluster":
    '{option} admite un nombre de hasta 32 letras de la a a la z, cifras, - y _, no "{value}"',
  "usage.two_histories":
    "{option} y {other} no van juntos: con {other}, el historial lo guardan sus servidores",
  "usage.needs": "{option} necesita también {needed}",
  "usage.no_state_folder":
    "{option} no tiene carpeta en la que conservar su certificado: define HOME, o usa --tls-cert y --tls-key",
  "usage.excludes": "{option} y {other} no van juntas",
  "usage.needs_terminal":
    "{option} necesita una terminal en la que charlar: úsala en una, o no la pongas",
  "usage.bad_choice": '{option} admite uno de {choices}, no "{value}"',
  "usage.bad_fingerprint":
    '{option} admite una huella de 64 cifras hexadecimales, como la muestra el servidor, no "{value}"',
  "usage.bad_port": '"{port}" no es un puerto: un puerto es un número de {min} a {max}',
  "usage.bad_host": '"{host}" no es un nombre ni una dirección',
  "usage.bad_address":
    '"{address}" no es HOST:PUERTO, como ha de ser cada uno de varios servidores',
  "usage.bad_place": '{option} admite HOST:PUERTO o solo un puerto, y no "{value}"',
  "usage.too_many": '"{argument}" es un argumento de más',
  "usage.see_help": "{call} muestra cómo se usa",

  "server.listening": "escuchando en {address}",
  "server.join": "para unirse:",
  "server.fingerprint": "huella {fingerprint}",
  "server.no_password":
    "sin contraseña: puede entrar quien llegue a este puerto; con --password-file solo quien sepa una",
  "server.no_tls":
    "sin cifrado: la contraseña y todo lo que se dice se pueden leer por el camino; --tls lo cifra",
  "server.no_tls_no_password":
    "sin contraseña ni cifrado: puede entrar quien llegue a este puerto, y todo lo que se dice se " +
    "puede leer por el camino; --password-file y --tls lo evitan",
  "server.stopping": "deteniéndose: se avisa a todos (otro Ctrl-C lo detiene al instante)",

  "server.goes_on": "el servidor sigue sin ti: Ctrl-C lo detiene",

  "client.leaving_stops": ({ others }) =>
    `aquí hay ${others === 1 ? "otra persona" : `otras ${others} personas`}: ` +
    "salir detiene el servidor para todos. Repítelo para salir",
  "client.bad_frame":
    "la línea {number} de la entrada estándar no es una trama y no se ha enviado: {reason}",
  "client.too_long":
    "demasiado largo para enviarlo ({bytes} bytes, máximo {max}): acórtalo o envíalo por partes",
  "client.unsent": "no enviado: {text}",
  "client.uncertain": "no se sabe si esto se ha enviado: {text}",
  "client.lost":
    "se ha perdido la conexión: se reintenta, e Intro en una línea vacía reintenta al instante",
  "client.lost_for": ({ seconds }) =>
    `se ha perdido la conexión: se reintenta durante ${
      seconds === 1 ? "1 segundo" : `${seconds} segundos`
    }`,
  "client.moved": "ahora en {address}",
  "client.restarted":
    "conectado de nuevo en una sesión nueva (el servidor se ha reiniciado, o has estado fuera " +
    "demasiado tiempo): pueden faltar mensajes",
  "client.again_in": "(de nuevo en {seconds} s)",
  "client.connecting": "(conectando)",
  "client.password": "contraseña:",
  "client.more_pending": "y {count} más antes de estas",
  "client.paste_too_long":
    "no se usa nada de lo pegado: es demasiado largo (más de {max} bytes); pégalo por partes",
  "client.send_lines": '¿enviar {count} líneas? "{first}" Intro: sí, Esc: no>',
  "client.lines": "{first} ({count} líneas)",
  "client.input_unkept":
    "lo que escribes no se conserva para la próxima vez: no se puede leer y escribir {path}",
  "client.first_sight.details":
    "{address} aún no se conoce aquí, y nadie en quien se confíe responde de él. Su huella es\n" +
    "  {shown}\n" +
    "El servidor muestra la suya en sus primeras líneas. ¿Es la misma? (sí/no)",
  "client.hub_unkept":
    "el servidor no se recordará la próxima vez: no se puede leer y escribir {path}",
  "client.line_too_long":
    "la línea {number} de la entrada estándar es demasiado larga (máximo {max} bytes): no se ha enviado nada de ella",
  "client.not_utf8":
    "la línea {number} de la entrada estándar no es UTF-8 válido y no se ha enviado",

  "failure.address_in_use":
    "no se puede escuchar en {address}: el puerto está en uso; elige otro, o 0 para cualquiera",
  "failure.address_not_available":
    "no se puede escuchar en {address}: esta máquina no tiene esa dirección",
  "failure.no_permission":
    "no se puede usar {address}: no está permitido; los puertos por debajo de 1024 piden privilegios, otros no",
  "failure.no_such_host": 'no se encuentra la máquina "{host}": revisa el nombre',
  "failure.refused":
    "no se puede conectar con {address}: nadie escucha ahí; ¿está en marcha el servidor?",
  "failure.unreachable": "no se puede conectar con {address}: la red no llega hasta ahí",
  "failure.timed_out": "no se puede conectar con {address}: no responde",
  "failure.not_a_hub": "{address} responde, pero no como un servidor de chat: {line}",
  "failure.silent": "{address} no responde como un servidor de chat",
  "failure.turned_away": "{address} dice: {reason}",
  "failure.lost": "se ha perdido la conexión con {address}",
  "failure.password_wanted":
    "{address} pide una contraseña: ponla en CHAT_PASSWORD o, con --password-file, en un archivo",
  "failure.wrong_password":
    "{address} no acepta la contraseña: revisa CHAT_PASSWORD o --password-file",
  "failure.other_room":
    "{address} solo te deja entrar en {room}, y ahí no se ha enviado nada: elige otra con --room",
  "failure.log_file":
    "no se puede escribir el registro en {path}: comprueba que existe su carpeta y que puedes escribirlo",
  "failure.db_no_folder":
    "no se puede guardar el historial en {path}: no existe esa carpeta; créala o elige otro archivo",
  "failure.db_no_file":
    "no se puede guardar el historial en {path}: eso no es un archivo; elige otro",
  "failure.db_no_access":
    "no se puede guardar el historial en {path}: no hay permiso para leer y escribir el archivo o su carpeta; dalo o elige otro archivo",
  "failure.db_no_room":
    "no se puede guardar el historial en {path}: el disco está lleno; haz sitio o elige otro archivo",
  "failure.db_not_history":
    "no se puede guardar el historial en {path}: contiene otra cosa y se deja como está; elige otro archivo",
  "failure.db_newer":
    "no se puede guardar el historial en {path}: lo hizo una versión de chat más nueva; usa esa o elige otro archivo",
  "failure.db_damaged":
    "no se puede guardar el historial en {path}: está dañado; pon una copia en su lugar o elige otro archivo",
  "failure.db_in_use":
    "no se puede guardar el historial en {path}: lo usa otro servidor o programa; ciérralo o elige otro archivo",
  "failure.db_unusable": "no se puede guardar el historial en {path}: {reason}; elige otro archivo",
  "failure.nats_unreachable":
    "no se alcanza ningún servidor NATS en {servers}: arranca uno ahí, o indica otros con --nats",
  "failure.nats_unauthorized":
    "los servidores NATS de {servers} no dejan entrar a este servidor: revisa el usuario, la contraseña o el token de --nats, o usa --nats-creds",
  "failure.nats_tls":
    "no se puede hablar TLS con los servidores NATS de {servers}: {reason}; tls:// quiere un servidor con TLS, y --nats-ca dice quién responde de él",
  "failure.nats_no_jetstream":
    "los servidores NATS de {servers} no tienen JetStream para este servidor: arráncalos con -js",
  "failure.nats_no_leader":
    "el JetStream de los servidores NATS de {servers} no tiene líder: arranca más servidores de su grupo e inténtalo de nuevo",
  "failure.nats_creds":
    "no se puede usar {path}: no es un archivo de credenciales de NATS; nsc generate creds hace uno",
  "failure.nats_unusable": "no se pueden usar los servidores NATS de {servers}: {reason}",
  "failure.known_hubs":
    "no se puede leer en {path} qué servidores se conocen: haz que sea un archivo que puedas leer, o bórralo",
  "failure.no_certificates":
    "no se puede usar {path}: no tiene certificados en PEM; revisa el nombre",
  "failure.no_tls":
    "{address} no habla TLS: arranca ese servidor con --tls, o no pongas --tls aquí",
  "failure.speaks_tls": "{address} habla TLS: añade --tls, con la huella que muestra el servidor",
  "failure.tls_changed":
    "{address} muestra otro certificado que antes, y puede que haya alguien en medio: si quien lleva el servidor lo confirma, únete una vez con --tls {shown}",
  "failure.tls_declined": "no te has unido a {address}: no se ha aceptado su certificado",
  "failure.tls_expired":
    "el certificado de {address} no vale hoy: el servidor necesita otro, o este reloj va mal",
  "failure.tls_failed": "no se puede hablar TLS con {address}: {reason}",
  "failure.tls_impostor":
    "{address} muestra un certificado cuya clave no tiene: hay alguien en medio; no te unas",
  "failure.tls_issuer":
    "nadie en quien se confíe aquí ha emitido el certificado de {address}: di quién con --tls-ca",
  "failure.tls_other":
    "{address} muestra otro certificado que el que has dicho ({shown}): puede que haya alguien en medio; pregunta a quien lleva el servidor",
  "failure.tls_unknown":
    "nadie en quien se confíe aquí responde de {address}: si el propio servidor muestra la misma huella, únete con --tls {shown}",
  "failure.tls_unverified": "el certificado de {address} no es válido: {reason}",
  "failure.unexpected": "inesperado: {reason}",
  "failure.no_such_file": "no se puede leer {path}: no existe ese archivo; revisa el nombre",
  "failure.unreadable_file":
    "no se puede leer {path}: comprueba que es un archivo y que puedes leerlo",
  "failure.file_not_utf8": "no se puede usar {path}: no es UTF-8; guárdalo así",
  "failure.bad_password":
    "no hay contraseña en {source}: tiene que ser su primera línea, de {max} caracteres como mucho",
  "failure.certificate_unkept":
    "no se puede conservar un certificado en {path}: comprueba que existe su carpeta y que puedes escribirlo, o usa --tls-cert y --tls-key",
  "failure.kept_damaged":
    "no se puede usar el certificado de {path}: está dañado; borra el archivo para tener uno nuevo, y di la huella nueva a quienes ya se unieron",
  "failure.kept_expired":
    "no se puede usar el certificado de {path}: caducó el {date}; borra el archivo para tener uno nuevo, y di la huella nueva a quienes ya se unieron",
  "failure.no_certificate":
    "no hay certificado en {path}: --tls-cert quiere uno en PEM (-----BEGIN CERTIFICATE-----)",
  "failure.no_key":
    "no hay clave en {path}: --tls-key quiere una en PEM (-----BEGIN PRIVATE KEY-----)",
  "failure.encrypted_key":
    "no se puede usar la clave de {path}: tiene contraseña; openssl pkey -in {path} la escribe sin ella",
  "failure.unusable_key":
    "no se puede usar la clave de {path}: tiene que ser de RSA con 2048 bits o más, de ECDSA o de Ed25519",
  "failure.other_key":
    "no se puede usar la clave de {path}: no es la del certificado de {certificate}, que hace falta",
  "failure.certificate_expired":
    "no se puede usar el certificado de {path}: caducó el {date}, y ningún cliente lo admitiría; consigue uno nuevo",
  "failure.certificate_early":
    "no se puede usar el certificado de {path}: solo vale desde el {date}; revisa el reloj de esta máquina",
  "failure.nameless_certificate":
    "no se puede usar el certificado de {path}: no nombra máquina ni dirección como subjectAltName, y ningún cliente lo admitiría; consigue uno que lo haga",
  "failure.bad_motd":
    "no se puede usar {path}: un mensaje del día tiene como mucho {lines} líneas y {bytes} bytes; acórtalo",

  "usage.completions.summary": "escribe un guion con el que tu intérprete completa todo esto",
  "usage.completions.details":
    "Escribe un guion con el que bash, zsh, fish o PowerShell completan subórdenes, opciones y los\n" +
    "valores de estas. Sus primeras líneas dicen cómo se carga.",
  "usage.completions.positionals": "INTÉRPRETE",
  "usage.man.summary": "escribe la página de manual",
  "usage.man.details":
    "Escribe la página de manual del programa, para man o mandoc, en el idioma de LC_ALL,\n" +
    "LC_MESSAGES o LANG.",
  "usage.help.positionals": "ORDEN",
  "usage.no_shell": "¿para qué intérprete? Añade uno de {choices}",
  "usage.unknown_shell": ({ name, choices, suggestion }) =>
    `no se sabe completar en "${name}": ${
      suggestion ? `¿querías decir "${suggestion}"? ` : ""
    }Los hay para ${choices}`,
  "example.completions_bash": "completar en este bash",
  "example.completions_zsh": "completar en todo zsh, con ~/.zfunc en fpath",
  "example.completions_fish": "completar en este fish",
  "example.man": "leer la página de manual",
  "example.man_file": "conservarla donde man la encuentra",

  "completions.about":
    "Lo que completa {shell} de chat, tal como lo escribe chat completions {shell}.",
  "completions.now": "Solo para esta sesión (la línea sirve también en su archivo de inicio):",
  "completions.always_bash": "Para todas las demás, si está instalado el paquete bash-completion:",
  "completions.always_zsh":
    "Para todas las demás, con fpath+=(~/.zfunc) antes de compinit en ~/.zshrc:",
  "completions.always_fish": "Para todas las demás:",
  "completions.always_powershell":
    "Para todas las demás, esta línea en el archivo que indica $PROFILE:",

  "man.heading.name": "NOMBRE",
  "man.heading.synopsis": "SINOPSIS",
  "man.heading.description": "DESCRIPCIÓN",
  "man.heading.subcommands": "SUBÓRDENES",
  "man.heading.options": "OPCIONES",
  "man.heading.commands": "ÓRDENES DENTRO DEL CHAT",
  "man.heading.moderators": "Para quien modera",
  "man.heading.environment": "ENTORNO",
  "man.heading.files": "ARCHIVOS",
  "man.heading.exit_status": "ESTADO DE SALIDA",
  "man.heading.examples": "EJEMPLOS",
  "man.heading.see_also": "VÉASE TAMBIÉN",
  "man.about.details":
    "Una máquina pone en marcha el servidor, con chat server, y los demás se unen a él, con chat client\n" +
    "o, sin instalar nada, con nc. El servidor escribe las líneas con las que se unen los demás.\n" +
    "Lo que dicen otros nunca estorba lo que estás escribiendo, y ningún texto ajeno puede controlar tu terminal.",
  "man.commands":
    "Una línea se dice a todos los demás de la sala; una que empieza por una barra es una orden. Todos los nombres valen en ambos idiomas, con acentos o sin ellos y en mayúsculas o minúsculas.",
  "man.say_slash": "envía /TEXTO como mensaje",
  "man.environment": "El propio programa lee estas variables, y ninguna más.",
  "man.files":
    "Están en $XDG_STATE_HOME/chat si esa variable está definida, y en Windows en %LOCALAPPDATA%\\chat. Solo tú puedes leerlos.",
  "man.variable.language":
    "El idioma, según la primera de ellas que esté definida: español si empieza por es, y si no, inglés.",
  "man.variable.no_color": "Si contiene algo, no hay color, diga lo que diga --color.",
  "man.variable.term":
    "La clase de terminal. En una que se llama dumb no se redibuja nada, como con --plain.",
  "man.variable.notify":
    "Por estas y por TERM sabe --notify cómo muestra la terminal una notificación.",
  "man.variable.tmux": "Dentro de tmux, --notify hace sonar además el timbre.",
  "man.variable.password":
    "La contraseña del servidor, para quien lo pone en marcha y para quien se une; antes cuenta --password-file.",
  "man.variable.state": "La carpeta en la que el programa tiene la suya, con los ARCHIVOS.",
  "man.variable.home": "Sin XDG_STATE_HOME, los ARCHIVOS están debajo, en .local/state.",
  "man.variable.local_data":
    "En Windows, la carpeta en la que el programa tiene la suya, con los ARCHIVOS.",
  "man.variable.authorities":
    "En qué autoridades se confía con --tls: system, que es lo que vale si no se define, o mozilla.",
  "man.file.certificate": "el certificado de un servidor con --tls, y su clave",
  "man.file.known_hubs": "los servidores a los que te has unido con --tls, y sus huellas",
  "man.file.input_history": "lo que has escrito, para la próxima vez",
  "man.exit.done": "todo ha ido bien",
  "man.exit.failed":
    "ha fallado la red o el programa, una línea de la entrada estándar no se ha enviado o puede no haberse enviado, o has vuelto a entrar por otra conexión",
  "man.exit.usage": "uso incorrecto",
  "man.exit.refused":
    "el servidor no lo admite: está lleno o cerrado a quien llega, quiere una contraseña, habla otro protocolo, no es el que se buscaba o te ha echado",
  "man.exit.interrupted": "un segundo Ctrl-C ha acabado con el servidor antes de avisar a todos",

  "option.announce": "puede encontrarlo quien esté en la misma red, con solo chat client",
  "example.server_announce": "un servidor que toda la red encuentra sola",
  "usage.announce_loopback":
    "{option} necesita un servidor al que otros lleguen, y este solo escucha en esta máquina: " +
    "chat server 0.0.0.0 --announce",
  "server.announced": "anunciado en esta red: en ella basta con chat client para encontrarlo",
  "client.looking": "buscando servidores en esta red...",
  "client.found_one": "se ha encontrado un servidor: {hub}",
  "client.found_several": "se han encontrado {count} servidores:",
  "client.found_which": "¿cuál? (de 1 a {count}, Intro para ninguno)",
  "client.found_bad_choice": '"{answer}" no es ninguno de ellos',
  "client.found_local": "esta máquina",
  "client.found_here": "{name}, en esta máquina",
  "client.found_encrypted": "cifrado",
  "client.found_password": "pide contraseña",
  "client.left_out_unencrypted": "descartado, porque no está cifrado: {hub}, {address}",
  "client.left_out_version":
    "descartado, porque habla otra versión del protocolo: {hub}, {address}",
  "client.password_kept_back":
    "la contraseña indicada no se envía a un servidor que solo se ha encontrado: escríbela, o indica el servidor",
  "failure.no_hub_found":
    "no se ha encontrado ningún servidor, y muchas redes los ocultan: chat client HOST PUERTO se une " +
    "a uno por su dirección, y chat server pone uno en marcha",
};
