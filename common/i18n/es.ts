/** Every sentence in Spanish. */

import type { Translation } from "./en.ts";

export const es: Translation = {
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

  // What the doctor says.

  "usage.doctor.summary": "dice qué falla en el camino hasta un servidor, o que todo va bien",
  "usage.doctor.details":
    "Mira paso a paso si uno puede unirse a un servidor, y dice en pocas palabras qué falla y qué\n" +
    "hacer. No entra en el chat, de modo que nadie lo nota, no pregunta nada y no cambia nada.",
  "option.doctor_name": "quién entraría: puede tener vetada la entrada",
  "option.doctor_tls": "mira por TLS, y solo el servidor que tiene esta huella, si se da",
  "example.doctor": "mirar el servidor de esta máquina",
  "example.doctor_lan": "mirar el de otra máquina",
  "example.doctor_tls": "mirar por TLS uno que avala una autoridad",

  "doctor.step.name": "nombre",
  "doctor.step.way": "conexión",
  "doctor.step.tls": "cifrado",
  "doctor.step.hub": "servidor",
  "doctor.step.password": "contraseña",
  "doctor.name_is": "{host} es {addresses}",
  "doctor.name_unknown": "no existe {host}",
  "doctor.name_unanswered": "no responde nadie que sepa de nombres",
  "doctor.way_connected": "{address} en {ms} ms",
  "doctor.way_refused": "{address}: conexión rechazada",
  "doctor.way_unreachable": "{address}: ninguna red lleva hasta ahí",
  "doctor.way_filtered": "{address}: sin respuesta en {seconds} s",
  "doctor.way_forbidden": "{address}: esta máquina no lo permite",
  "doctor.way_failed": "{address}: ha fallado ({reason})",
  "doctor.tls_certificate": "{version}, el certificado de {name}, del {from} al {until}",
  "doctor.tls_nameless": "{version}, un certificado de nadie, del {from} al {until}",
  "doctor.tls_issued_by": "emitido por {issuer}",
  "doctor.tls_self_issued": "emitido por el propio servidor",
  "doctor.tls_by_named": "de confianza: es el que has dicho",
  "doctor.tls_by_remembered": "de confianza: es el mismo que cuando te uniste",
  "doctor.tls_by_file": "de confianza: lo avala una autoridad de --tls-ca",
  "doctor.tls_by_system": "de confianza: lo avala una autoridad en la que cree este sistema",
  "doctor.tls_distrusted": "sin confianza",
  "doctor.tls_none": "ahí no se habla TLS",
  "doctor.tls_silent": "no hay respuesta a TLS",
  "doctor.tls_broken": "TLS falla: {reason}",
  "doctor.hub_is": "{hub}, protocolo {protocol}, en tramas",
  "doctor.hub_latency": "responde en {ms} ms",
  "doctor.hub_people": ({ count }) =>
    count === 0 ? "no hay nadie" : count === 1 ? "hay 1 persona" : `hay ${count} personas`,
  "doctor.hub_other": "un servidor de otra versión, protocolo {protocol}",
  "doctor.hub_says": "dice: {text}",
  "doctor.talk_tls": "habla TLS",
  "doctor.talk_silent": "acepta la conexión y no dice nada",
  "doctor.talk_closed": "acepta la conexión y la cierra sin decir nada",
  "doctor.stranger": ({ service }, part) =>
    `no es un servidor de chat, sino ${part(`doctor.service.${service}`) ?? service}`,
  "doctor.stranger_says": ({ service, line }, part) =>
    `no es un servidor de chat, sino ${part(`doctor.service.${service}`) ?? service}: ${line}`,
  "doctor.password_none": "no se pide ninguna",
  "doctor.password_right": "correcta",
  "doctor.password_wrong": "incorrecta",
  "doctor.password_wanted": "se pide una",
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
  "doctor.service.echo": "algo que repite lo que se le dice",
  "doctor.service.ncat_chat": "un chat de ncat",
  "doctor.service.unknown": "algo que aquí no se conoce",
  "doctor.says.well": "Todo va bien: en {address} hay un servidor, y te deja entrar.",
  "doctor.says.well_old":
    "Todo va bien, por lo que se puede saber: en {address} hay un servidor. Es de una " +
    "versión anterior, que no dice quién puede entrar ni si pide contraseña.",
  "doctor.says.join": "Únete con:",
  "doctor.says.password_right": "La contraseña es correcta.",
  "doctor.says.password_unneeded": "No pide contraseña, y no se le ha dicho la tuya.",
  "doctor.says.password_plain":
    "La contraseña y todo lo que se dice ahí se pueden leer por el camino, pues nada va " +
    "cifrado: quien lleva el servidor puede arrancarlo con --tls.",
  "doctor.says.ways_partly":
    "De sus direcciones, sin embargo, {failed} no sirve: quien prueba por ahí espera en " +
    "vano, así que conviene arreglarla o quitarla del nombre.",
  "doctor.says.unknown_host":
    "No hay ninguna máquina llamada {host}: revisa cómo está escrito. Algunos nombres solo " +
    "se conocen en una red o VPN, así que comprueba también que esta máquina está en ella. " +
    "La dirección en números, que el servidor muestra al arrancar, no necesita nombre " +
    "alguno.",
  "doctor.says.unknown_short":
    "No hay ninguna máquina llamada {host}: revisa cómo está escrito. Dentro de una red, un " +
    "nombre a menudo solo se conoce con su terminación, como en {host}.local o {host}.lan. " +
    "La dirección en números, que el servidor muestra al arrancar, no necesita nombre " +
    "alguno.",
  "doctor.says.no_dns":
    "No se puede saber dónde está {host}: esta máquina pregunta por nombres y nadie " +
    "responde. Comprueba que está conectada a la red (y a la VPN, si el nombre es de una). " +
    "Si solo fallan los nombres, usa la dirección en números, que el servidor muestra al " +
    "arrancar.",
  "doctor.says.refused_here":
    "Nadie escucha en {address}: en esta máquina no hay ningún servidor en marcha, al menos " +
    "no en el puerto {port}. Arranca uno en otra terminal con `chat server {host} {port}` o, si el " +
    "servidor que buscas está en otra máquina, di en cuál: `chat doctor HOST {port}`.",
  "doctor.says.refused":
    "La máquina {host} está ahí, pero nadie escucha en su puerto {port}: el servidor no " +
    "está en marcha, tiene otro puerto, o solo escucha en 127.0.0.1, adonde no llega " +
    "ninguna otra máquina. Si allí se arranca con `chat server 0.0.0.0 {port}`, queda " +
    "abierto a toda la red, y sus primeras líneas dicen qué escribir. Un cortafuegos que " +
    "rechaza conexiones se ve igual.",
  "doctor.says.elsewhere":
    "Nadie escucha en {address}, pero hay un servidor en {found}: será ese el que buscas.",
  "doctor.says.loopback_only":
    "{host} es esta máquina, y su servidor solo escucha en {found}, adonde no llega ninguna " +
    "otra. Detenlo con Ctrl-C y arráncalo con `chat server 0.0.0.0 {port}` para toda la " +
    "red; solo desde esta máquina uno puede unirse tal como está.",
  "doctor.says.filtered":
    "{address} no responde en absoluto. Casi siempre es un cortafuegos, en esa máquina o " +
    "por el camino, que descarta lo que llega: allí hay que dejar entrar el puerto {port} " +
    "(TCP). Si no, la máquina está apagada, tiene ya otra dirección, o está en una red a la " +
    "que esta no pertenece; también hay redes inalámbricas para invitados que aíslan unas " +
    "máquinas de otras.",
  "doctor.says.unreachable":
    "Desde esta máquina ninguna red lleva hasta {host}. Comprueba que está conectada, a la " +
    "misma red que el servidor o a su VPN, y que la dirección es correcta: las que empiezan " +
    "por 10, de 172.16 a 172.31, 192.168 o fe80 solo valen dentro de una red.",
  "doctor.says.forbidden":
    "Esta máquina no deja que el programa conecte con {address}: lo prohíbe un cortafuegos " +
    "u otra regla suya. Permítelo ahí, o pregunta a quien la administra.",
  "doctor.says.failed": "No se puede conectar con {address}: {reason}. Revisa la dirección.",
  "doctor.says.silent":
    "Algo en {address} acepta la conexión y luego no dice nada, cosa que no hace ningún " +
    "servidor de chat. Es otro servicio, que espera que le hablen a su manera; o un proxy o " +
    "túnel cuyo otro extremo no responde; o un servidor colgado: se detuvo con Ctrl-Z, o su " +
    "máquina tiene demasiado que hacer. Revisa el puerto y, en esa máquina, qué escucha " +
    "ahí.",
  "doctor.says.closed":
    "Algo en {address} acepta la conexión y la cierra enseguida, sin decir nada. Casi " +
    "siempre es un túnel, un proxy o un contenedor (`ssh -L`, Docker) que está abierto sin " +
    "que nadie escuche detrás, o una regla que no deja pasar tu dirección. Comprueba ahí " +
    "que el servidor está en marcha y que lo que reenvía tiene su puerto.",
  "doctor.says.stranger": ({ address, service, usual }, part) =>
    `En ${address} hay ${part(`doctor.service.${service}`) ?? service}, y no un servidor de este ` +
    "chat: seguramente la máquina o el puerto no son esos. Un servidor muestra ambos en sus " +
    `primeras líneas, y su puerto es el ${usual} si no se le dio otro.`,
  "doctor.says.tls_wanted": "Lo que responde en {address} habla TLS, y has preguntado sin --tls.",
  "doctor.says.tls_wanted_remembered": "Es el mismo al que ya te uniste: añade --tls.",
  "doctor.says.tls_wanted_system":
    "Lo avala una autoridad en la que cree este sistema: añade --tls.",
  "doctor.says.tls_wanted_shown":
    "La huella de su certificado es {shown}. Si el servidor que buscas muestra la misma en " +
    "sus primeras líneas, o lo dice quien lo lleva, ponla detrás de --tls.",
  "doctor.says.tls_wanted_unclear": "Añade --tls, y chat doctor dirá más.",
  "doctor.says.not_tls":
    "El servidor de {address} no cifra, y has pedido --tls. No lo pongas, sabiendo que todo " +
    "lo que se dice ahí se puede leer por el camino; o pide a quien lo lleva que lo " +
    "arranque con --tls, y únete entonces con la huella que muestre.",
  "doctor.says.not_tls_unknown":
    "En {address} no se habla TLS, y has pedido --tls: revisa la máquina y el puerto.",
  "doctor.says.tls_broken":
    "No se puede establecer una conexión cifrada con {address}: {reason}. Quizá lo que " +
    "responde ahí no es un servidor de chat, o algo por el camino rompe lo cifrado.",
  "doctor.says.tls_unknown":
    "Lo que responde en {address} cifra, pero no lo avala nadie en quien crea este sistema, " +
    "como es normal con un certificado que un servidor se ha hecho. Su huella es {shown}: " +
    "compárala con la que el servidor escribe en sus primeras líneas, o con la que te diga " +
    "por otra vía quien lo lleva. Si es la misma, este es el servidor, y te unes con la " +
    "huella.",
  "doctor.says.tls_changed":
    "{address} muestra otro certificado que cuando te uniste: ahora es {shown}. O quien " +
    "lleva el servidor ha hecho uno nuevo, o hay alguien en medio. Pregunta antes de " +
    "unirte, y solo si quien lo lleva confirma el nuevo, únete una vez con él.",
  "doctor.says.tls_other":
    "{address} muestra otro certificado que el que has dicho: es {shown}. O la huella es de " +
    "otro servidor o de un certificado anterior, o hay alguien en medio. Pregunta a quien " +
    "lleva el servidor, y no te unas antes.",
  "doctor.says.tls_expired":
    "El certificado de {address} ya no vale: acabó el {until}, y el reloj de esta máquina " +
    "dice {today}. Si es así, el servidor necesita otro, que tiene que conseguir quien lo " +
    "lleva; si no, pon el reloj en hora.",
  "doctor.says.tls_early":
    "El certificado de {address} todavía no vale: empieza el {from}, y el reloj de esta " +
    "máquina dice {today}. Casi siempre es el reloj el que va mal: ponlo en hora. Si no, " +
    "espera, o pregunta a quien lleva el servidor.",
  "doctor.says.tls_name":
    "El certificado de {address} está a nombre de {name}, y no de {host}: únete por el " +
    "nombre que figura en él o, si es la misma máquina, por su huella, tras comparar " +
    "{shown} con lo que escribe el servidor.",
  "doctor.says.tls_issuer":
    "El certificado de {address} lo ha emitido {issuer}, en quien nadie cree aquí. Pide a " +
    "quien lleva el servidor el certificado de esa autoridad, e indica el archivo con " +
    "--tls-ca.",
  "doctor.says.tls_impostor":
    "{address} muestra un certificado cuya clave no tiene: hay alguien en medio que se hace " +
    "pasar por el servidor. No te unas, y avisa a quien administra la red.",
  "doctor.says.tls_unverified":
    "El certificado de {address} no es válido: {reason}. Tiene que arreglarlo quien lleva " +
    "el servidor.",
  "doctor.says.password_wanted":
    "El servidor de {address} está bien y pide una contraseña, que sabe quien lo lleva. En " +
    "una terminal la pregunta el cliente; para un guion se pone en un archivo que indica " +
    "--password-file, o en CHAT_PASSWORD. Con eso, chat doctor dice si es correcta.",
  "doctor.says.password_wrong":
    "El servidor de {address} está bien, pero esa no es su contraseña: mira la primera " +
    "línea del archivo de --password-file, o CHAT_PASSWORD, donde cuentan las mayúsculas y " +
    "los espacios interiores. El servidor lo ha tomado por un intento fallido; cada " +
    "conexión tiene {tries}.",
  "doctor.says.newer":
    "El servidor de {address} es de una versión más nueva: habla el protocolo {theirs}, y " +
    "este programa el {ours}. Consigue la versión nueva de chat y únete con ella; nc sirve " +
    "en todo caso.",
  "doctor.says.older":
    "El servidor de {address} es de una versión anterior: habla el protocolo {theirs}, y " +
    "este programa el {ours}. Pide a quien lo lleva que lo actualice, o únete con la " +
    "versión anterior de chat; nc sirve en todo caso.",
  "doctor.says.server_full":
    "El servidor de {address} está lleno: tiene tantas conexiones como admite. Inténtalo " +
    "más tarde, o pide a quien lo lleva que suba --max-connections.",
  "doctor.says.address_full":
    "El servidor de {address} tiene tantas conexiones desde tu dirección como admite de una " +
    "sola. Cierra alguna tuya; si toda una clase u oficina viene de una misma dirección, " +
    "quien lleva el servidor tiene que subir --max-per-address.",
  "doctor.says.banned":
    "El servidor de {address} está bien, pero no te deja entrar: alguien que modera te ha " +
    "vetado, a ti o a la dirección desde la que vienes. Habla con quien lleva el servidor; " +
    "quien modera lo deshace con /readmitir.",
  "doctor.says.locked":
    "El servidor de {address} está bien, pero alguien que modera lo ha bloqueado: de " +
    "momento no puede entrar nadie más. Inténtalo más tarde, o pregunta a quienes están " +
    "dentro.",
  "doctor.says.cut_off":
    "El servidor de {address} es uno de varios que son un solo chat, y no alcanza a los " +
    "demás: hasta entonces no deja entrar a nadie. Únete en otro de ellos, o inténtalo más " +
    "tarde; quien lo lleva debería mirar sus servidores NATS.",
  "doctor.says.shutdown":
    "El servidor de {address} se está deteniendo: inténtalo dentro de un momento, o " +
    "pregunta a quien lo lleva cuándo vuelve.",
  "doctor.says.bye": ({ address, reason }, part) =>
    `El servidor de ${address} no te deja entrar. Dice: ${part(`bye.${reason}`) ?? reason}`,
};
