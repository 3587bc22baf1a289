/** What the hub and the client tell the members of a chat, in Spanish. */

import type { chat as english } from "../en/chat.ts";
import { timeUnit, type Translation } from "../sentence.ts";

const messages = (count: unknown) => count === 1 ? "un mensaje" : `${count} mensajes`;
const span = (minutes: unknown) => {
  const [count, unit] = timeUnit(minutes);
  const [one, several] = {
    minute: ["un minuto", "minutos"],
    hour: ["una hora", "horas"],
    day: ["un día", "días"],
  }[unit];
  return count === 1 ? one : `${count} ${several}`;
};
const userAt = (nick: unknown, address: unknown) =>
  nick && address ? `${nick} (${address})` : `${nick || address}`;
const because = (reason: unknown) => reason ? `: ${reason}` : "";

export const chat: Translation<typeof english> = {
  "error.bad_frame": "trama incorrecta: {reason}",
  "error.not_utf8": "esa línea no es texto UTF-8 válido: no se ha enviado",
  "error.line_too_long": "línea demasiado larga (máximo {max} bytes): no se ha enviado",
  "error.unfinished_line":
    "a tu última línea le falta el fin de línea y no se ha enviado: termínala con Intro, o con \\n en un script",
  "error.unknown_command": ({ name, suggestion }) =>
    `no existe la orden /${name}: ${suggestion ? `¿querías decir /${suggestion}? ` : ""}` +
    "/ayuda muestra todas, y // envía una línea que empieza por /",
  "error.foreign_command": "no existe la orden /{name}: {habit.habit}",
  "error.missing_argument": "se usa así: /{name} {argument.argument}",
  "error.extra_argument": 'sobra "{extra}"; se usa así: /{name} {argument.argument}',
  "error.bad_nick": 'no se puede usar el apodo "{nick}": {fault.fault}',
  "error.spaced_nick": "un apodo no lleva espacios: prueba {suggestion}",
  "error.nick_taken": 'el apodo "{nick}" está en uso: {suggestion} está libre',
  "error.unknown_lang": 'no existe el idioma "{lang}": elige es o en',
  "error.empty_message": "el mensaje está vacío: no se ha enviado",
  "error.too_many_lines": "demasiadas líneas (máximo {max})",
  "error.late_hello": "eso es una trama hello, que puede llevar una contraseña: no se ha enviado",
  "error.misplaced_command":
    "no se ha enviado, porque lo leerían todos: escribe /{name} {argument.argument} con la barra al principio",
  "error.no_such_room": 'no estás en la sala "{room}": con /entrar SALA entras en una',
  "error.bad_room": 'no se puede usar el nombre de sala "{room}": {fault.fault}',
  "error.spaced_room": "un nombre de sala no lleva espacios: prueba {suggestion}",
  "error.too_many_rooms": "estás en {max} salas, que es el máximo: con /dejar SALA dejas una",
  "error.unknown_room":
    '"{room}" no es una sala en la que puedas entrar: /salas muestra las que hay',
  "error.too_many_rooms_opened":
    "desde tu dirección se han abierto {max} salas, que es el máximo: /salas muestra las que hay",
  "error.no_more_rooms":
    "este servidor tiene {max} salas, que es el máximo: /salas muestra en cuáles puedes entrar",
  "error.last_room": "solo estás en #{room}: con /salir sales del chat",
  "error.empty_topic": "en ese tema no se ve nada: no se ha cambiado (/tema - lo quita)",
  "error.topic_too_long": "tema demasiado largo (máximo {max} caracteres): no se ha cambiado",
  "error.no_such_nick": ({ nick, suggestion, departed }) =>
    `aquí nadie se llama "${nick}"` +
    (departed ? `, ni se llamaba así ninguno de los últimos ${departed} que se han ido` : "") +
    (suggestion ? `; ¿querías decir ${suggestion}?` : ""),
  "error.not_oneself": "no puedes hacerte eso a ti",
  "error.too_many_ignored":
    "ignoras a {max} personas, que es el máximo: con /escuchar APODO dejas de ignorar a una",
  "error.nobody_to_answer":
    "aún no tienes ninguna conversación privada: con /privado APODO TEXTO empiezas una",
  "error.correspondent_gone":
    "{nick} se ha ido, así que no se ha enviado: /privado APODO TEXTO escribe a otra persona",
  "error.correspondent_replaced":
    "{nick}, con quien hablabas, se ha ido: /privado {nick} TEXTO escribe a quien se llama así ahora",
  "error.bad_count": '"{argument}" no es un número de mensajes válido (de 1 a {max})',
  "error.password_wanted": "este servidor pide una contraseña: escríbela y pulsa Intro",
  "error.wrong_password": "contraseña incorrecta: {left:queda un intento|quedan # intentos}",
  "error.try_later":
    "demasiadas contraseñas incorrectas desde tu dirección: espera {seconds:un segundo|# segundos} antes de volver a intentarlo",
  "error.no_moderation":
    "este servidor no tiene moderadores: se ha iniciado sin --mod-password-file",
  "error.not_moderator": ({ name, room }) =>
    room
      ? `/${name} es para quienes moderan #${room}: quien la abrió, quien recibió /ascender y los moderadores del servidor`
      : `/${name} es para moderadores: con /moderar CONTRASEÑA te haces moderador`,
  "error.is_moderator": "{nick} modera todas las salas: no se le puede hacer eso en #{room}",
  "error.not_in_room": "{nick} no está en #{room}",
  "error.in_room": "{nick} ya está en #{room}",
  "error.first_room": "de #{room} no se saca a nadie: /expulsar APODO saca a alguien del chat",
  "error.room_locked":
    "#{room} está bloqueada: solo pueden entrar los moderadores y quienes ellos inviten",
  "error.wrong_key":
    "#{room} tiene una clave: se entra con `/entrar {room} CLAVE`, con la clave en lugar de CLAVE",
  "error.room_full":
    "#{room} está completa: admite {max:un miembro|# miembros}; inténtalo cuando alguien la deje",
  "error.always_open":
    "#{room} está abierta a todos: con /bloquear {room} no entra nadie más en el chat",
  "error.paused": "#{room} está en pausa: solo pueden escribir los moderadores",
  "error.too_soon":
    "#{room} está en modo lento: podrás escribir dentro de {seconds:un segundo|# segundos}",
  "error.muted": "te han silenciado: podrás escribir dentro de {minutes:un minuto|# minutos}",
  "error.bad_minutes": ({ argument, max }) =>
    `"${argument}" no es un tiempo para eso: escribe 10, 10m, 2h o 7d, hasta ${span(max)}`,
  "error.bad_seconds":
    '"{argument}" no es un tiempo entre mensajes: escribe 5, 5s o 1m, hasta {max} segundos; con no o 0 ' +
    "se quita el modo lento",
  "error.bad_limit":
    '"{argument}" no es un número de miembros: escribe de 1 a {max}; con no o 0 se quita el límite',
  "error.bad_key":
    '"{argument}" no puede ser una clave: escribe una palabra de {max} caracteres como mucho, sin ' +
    "comas; con no o 0 se quita la clave",
  "error.too_many_muted":
    "hay {max} personas silenciadas, que es el máximo: con /desilenciar APODO una puede escribir otra vez",
  "error.too_many_banned":
    "este servidor tiene {max} vetos, que es el máximo: con /readmitir APODO se levanta uno",
  "error.not_banned": '"{nick}" no está en la lista de vetos: /vetos la muestra',
  "error.own_address":
    "eso incluye tu propia dirección, así que también te afectaría a ti: escribe solo un apodo",
  "error.loopback_address":
    "esa es la dirección de esta misma máquina, que comparten todos los que llegan por un proxy o un " +
    "túnel: escribe solo un apodo",
  "error.wide_network":
    "{network} es demasiado grande: como mucho, una /16 de IPv4 o una /48 de IPv6",
  "error.misspelt_address":
    '"{argument}" no es un motivo ni la palabra "dirección": /vetar {nick} dirección veta también la dirección',
  "error.not_yours": "solo puedes borrar mensajes tuyos: /borrar sola borra el último",
  "error.no_such_message": ({ room, nick }) =>
    nick
      ? `ninguno de los últimos mensajes de #${room} es de ${nick}`
      : `ningún mensaje de #${room} tiene ese id; un mensaje privado no se puede borrar`,
  "error.private_message":
    "tu último mensaje era privado, y un mensaje privado no se puede borrar; /borrar {nick} borra el " +
    "último tuyo de #{room}",
  "error.cut_off":
    "para eso hacen falta los demás servidores, que ahora no responden: inténtalo más tarde",

  "notice.nick_replaced":
    'no se puede usar el apodo "{wanted}": {fault.fault}; eres {nick}, y con /nombre lo cambias',
  "notice.history": "--- {count:el último mensaje|los últimos # mensajes} ---",
  "notice.hint_exit": "para salir: /salir",
  "notice.hint_help": "para ver la ayuda: /ayuda",
  "notice.throttled":
    "frenando tus mensajes: envías más deprisa de lo que permite este servidor; no se pierde nada",
  "notice.resumed": ({ count, missing, mentions }) => {
    if (count === 0 && missing === 0) return "conexión recuperada: no te has perdido nada";
    const lost = "que el servidor ya no conserva";
    if (count === 0) return `conexión recuperada: ${messages(missing)} mientras tanto, ${lost}`;
    return `conexión recuperada: ${messages(count)} mientras tanto` +
      (mentions ? ` (${mentions === 1 ? "uno te menciona" : `${mentions} te mencionan`})` : "") +
      (missing === 0 ? "" : `, y otros ${missing} ${lost}`);
  },
  "notice.search": ({ count, words }) =>
    `--- ${count === 1 ? "un mensaje" : `${count} mensajes`} con "${words}"` +
    `${count === 1 ? "" : ", primero los más recientes"} ---`,
  "notice.absent": ({ nick, text }) => `${nick} está ausente${text ? `: ${text}` : ""}`,
  "notice.back": "has escrito algo y ya no apareces como ausente",
  "notice.away": "{nick} ha perdido la conexión y recibirá tu mensaje si vuelve",
  "notice.undelivered": "{nick} no ha vuelto y no ha recibido tu mensaje: {text}",
  "notice.muted": ({ by, minutes, reason }) =>
    `${by} te ha silenciado durante ${minutes === 1 ? "un minuto" : `${minutes} minutos`}` +
    because(reason),
  "notice.unmuted": "{by} te deja escribir otra vez",
  "notice.moderator": "ahora eres moderador: /ayuda muestra lo que puedes hacer",
  "notice.room_moderator": "has abierto #{room} y la moderas: /ayuda muestra lo que puedes hacer",
  "notice.removed": ({ by, room, current, reason }) =>
    `${by} te ha sacado de #${room} y estás en #${current}${because(reason)}`,
  "notice.invited": "{by} te invita a #{room}: /entrar {room} te lleva allí",
  "notice.opped": "{nick} ha hecho a {member} moderador de #{room}",
  "notice.deopped": "{member} ya no modera #{room} (por {nick})",
  "notice.locked": "{nick} ha bloqueado #{room}: solo pueden entrar los moderadores",
  "notice.unlocked": "{nick} ha desbloqueado #{room}: puede entrar cualquiera",
  "notice.paused": "{nick} ha puesto #{room} en pausa: solo pueden escribir los moderadores",
  "notice.unpaused": "{nick} ha quitado la pausa de #{room}: todos pueden escribir",
  "notice.slowed":
    "{nick} ha puesto #{room} en modo lento: un mensaje cada {seconds:segundo|# segundos}",
  "notice.unslowed": "{nick} ha quitado el modo lento de #{room}",
  "notice.limited": "{nick} ha limitado #{room} a {count:un miembro|# miembros}",
  "notice.unlimited": "{nick} ha quitado el límite de #{room}: cabe cualquier número de miembros",
  "notice.keyed": "{nick} ha puesto una clave a #{room}: hace falta para entrar",
  "notice.unkeyed": "{nick} ha quitado la clave de #{room}: puede entrar cualquiera",
  "notice.moderated": "{moderated.action}",
  "notice.announcement": "aviso de {by}: {text}",
  "notice.history_unsaved": "el historial no se está guardando",
  "notice.history_saved": ({ lost }) =>
    "el historial vuelve a guardarse" +
    (lost === 0 ? "" : `; ${lost === 1 ? "falta un mensaje" : `faltan ${lost} mensajes`} en él`),
  "notice.cluster_lost":
    "los demás servidores no responden: tus mensajes esperan y se enviarán cuando respondan",
  "notice.cluster_back":
    "los demás servidores vuelven a responder: se envían los mensajes que esperaban",

  "bye.quit": "hasta pronto",
  "bye.shutdown": "desconectado: el servidor se detiene",
  "bye.line_too_long": "desconectado: más de {max} bytes sin fin de línea",
  "bye.slow_consumer": "desconectado: lees demasiado despacio",
  "bye.server_full": "servidor lleno: inténtalo más tarde",
  "bye.cut_off":
    "este servidor no puede comunicarse con los demás, así que no puede entrar nadie: inténtalo más tarde",
  "bye.address_full":
    "demasiadas conexiones desde tu dirección: cierra alguna o inténtalo más tarde",
  "bye.address_busy":
    "demasiadas conexiones nuevas desde tu dirección: inténtalo dentro de unos segundos",
  "bye.not_tls": "este servidor no usa TLS en este puerto: únete sin --tls",
  "bye.not_proxied":
    "un proxy delante del servidor envía una cabecera PROXY: desactívala allí (send-proxy, proxy_protocol) o inicia el servidor con --proxy-protocol DIRECCIÓN",
  "bye.other_protocol":
    "esto es un servidor de chat y no habla {protocol}: únete con chat client o nc",
  "bye.late_hello":
    "desconectado: una trama hello tiene que estar entera y ser la primera línea de la conexión; no la ha visto nadie",
  "bye.unsupported_protocol":
    "desconectado: este servidor habla el protocolo {supported}, no el {protocol}",
  "bye.timeout": "desconectado: hace demasiado que no se recibe nada de ti",
  "bye.resumed_elsewhere": "desconectado: te has unido otra vez por otra conexión",
  "bye.kicked": ({ by, reason }) => `${by} te ha expulsado${reason ? `: ${reason}` : ""}`,
  "bye.banned": ({ reason }) =>
    `tienes vetada la entrada a este servidor${reason ? `: ${reason}` : ""}`,
  "bye.auth_failed": "desconectado: demasiadas contraseñas incorrectas",
  "bye.handshake_timeout": "desconectado: la contraseña no ha llegado a tiempo",
  "bye.locked":
    "de momento no puede entrar nadie más en este servidor: inténtalo más tarde; los moderadores entran con su contraseña, con --password-file ARCHIVO",

  "left.quit": "{because}",
  "left.shutdown": "el servidor se detiene",
  "left.line_too_long": "ha enviado demasiado sin fin de línea",
  "left.slow_consumer": "leía demasiado despacio",
  "left.server_full": "el servidor está lleno",
  "left.cut_off": "los servidores no podían comunicarse",
  "left.address_full": "demasiadas conexiones desde la misma dirección",
  "left.address_busy": "demasiadas conexiones nuevas desde la misma dirección",
  "left.not_tls": "era un cliente de TLS",
  "left.not_proxied": "venía por un proxy con cabecera PROXY",
  "left.other_protocol": "hablaba otro protocolo",
  "left.late_hello": "ha enviado una trama hello demasiado tarde",
  "left.unsupported_protocol": "hablaba otra versión del protocolo",
  "left.timeout": "su conexión no respondía",
  "left.resumed_elsewhere": "se ha unido otra vez por otra conexión",
  "left.kicked": ({ by, because }) => `le ha expulsado ${by}${because ? `: ${because}` : ""}`,
  "left.banned": ({ by, because }) =>
    (by ? `le ha vetado ${by}` : "tiene vetada la entrada") + (because ? `: ${because}` : ""),
  "left.removed": ({ by, because }) => `le ha sacado ${by}${because ? `: ${because}` : ""}`,
  "left.auth_failed": "no sabía la contraseña",
  "left.handshake_timeout": "no ha enviado la contraseña a tiempo",
  "left.locked": "el servidor estaba bloqueado",

  "fault.empty": "está vacío",
  "fault.too_long": "se admiten como mucho 24 caracteres y 64 bytes",
  "fault.bad_character": "solo se admiten letras, cifras, _, - y . (sin espacios)",
  "fault.has_spaces": "un apodo no lleva espacios",
  "fault.bad_start": "el primer carácter tiene que ser una letra o una cifra",
  "fault.mixed_scripts": "todas las letras tienen que ser del mismo alfabeto",
  "fault.reserved": "está reservado",
  "fault.taken": "está en uso",
  "fault.banned": "está vetado",

  "event.welcome": ({ nick, count, members }) =>
    `te damos la bienvenida, ${nick} (${count} aquí${members ? `: ${members}` : ""})`,
  "event.hint": "/nombre APODO cambia tu apodo, /ayuda muestra las órdenes, /salir sale",
  "event.joined": "{nick} ha entrado ({count} aquí)",
  "event.joined_many": "{nicks} han entrado ({count} aquí)",
  "event.left": "{nick} ha salido ({count} aquí)",
  "event.left_many": "{nicks} han salido ({count} aquí)",
  "event.left_because": "{nick} ya no está: {left.reason} ({count} aquí)",
  "event.renamed": "{from} ahora es {nick}",
  "event.notice": "(aviso)",
  "event.private": "[privado]",
  "event.deleted": ({ nick, by, count }) => {
    const what = messages(count) + (!nick || nick === by ? "" : ` de ${nick}`);
    return by ? `${by} ha borrado ${what}` : `${what} ${count === 1 ? "se ha" : "se han"} borrado`;
  },
  "event.topic": "{nick} ha cambiado el tema: {topic}",
  "event.topic_none": "{nick} ha quitado el tema",
  "event.topic_is": "tema: {topic}",

  "moderated.kick": ({ by, nick, reason }) => `${by} ha expulsado a ${nick}${because(reason)}`,
  "moderated.mod": "{by} ahora es moderador",
  "moderated.mute": ({ by, nick, address, minutes, reason }) =>
    `${by} ha silenciado a ${userAt(nick, address)} durante ${span(minutes)}${because(reason)}`,
  "moderated.unmute": ({ by, nick, address }) =>
    `${by} deja que ${userAt(nick, address)} escriba otra vez`,
  "moderated.ban": ({ by, nick, address, minutes, reason }) =>
    `${by} ha vetado a ${userAt(nick, address)}${minutes ? ` durante ${span(minutes)}` : ""}` +
    because(reason),
  "moderated.unban": "{by} ha levantado el veto de {nick}",
  "moderated.delete": ({ by, nick, room, count, reason }) =>
    `${by} ha borrado ${messages(count)} de ${nick} en #${room}${because(reason)}`,
  "moderated.remove": ({ by, nick, room, reason }) =>
    `${by} ha sacado a ${nick} de #${room}${because(reason)}`,
  "moderated.op": "{by} ha hecho a {nick} moderador de #{room}",
  "moderated.deop": "{nick} ya no modera #{room} (por {by})",
  "moderated.lock": "{by} ha bloqueado #{room}",
  "moderated.unlock": "{by} ha desbloqueado #{room}",
  "moderated.pause": "{by} ha puesto #{room} en pausa",
  "moderated.unpause": "{by} ha quitado la pausa de #{room}",
  "moderated.limit": ({ by, room, count }) =>
    count
      ? `${by} ha limitado #${room} a ${count === 1 ? "un miembro" : `${count} miembros`}`
      : `${by} ha quitado el límite de #${room}`,
  "moderated.key": "{by} ha puesto una clave a #{room}",
  "moderated.unkey": "{by} ha quitado la clave de #{room}",
  "moderated.slow": ({ by, room, seconds }) =>
    seconds
      ? `${by} ha puesto #${room} en modo lento: un mensaje cada ${seconds} segundos`
      : `${by} ha quitado el modo lento de #${room}`,

  // To an IRC client, which has other commands, instead of the errors of these codes.
  "irc.password_wanted":
    "este servidor pide una contraseña: ponla como la del servidor, o envíala por SASL",
  "irc.not_moderator": ({ room }) =>
    room
      ? `eso es para quienes moderan #${room}: sus operadores y los moderadores del servidor`
      : "eso es para moderadores: con /oper NOMBRE CONTRASEÑA te haces moderador",
  "irc.first_room": "de #{room} no se saca a nadie: /kill APODO saca a alguien del chat",
  "irc.last_room": "solo estás en #{room}: con /quit sales del chat",
  "irc.too_many_rooms": "estás en {max} salas, que es el máximo: con /part #SALA dejas una",
  "irc.too_many_rooms_opened":
    "desde tu dirección se han abierto {max} salas, que es el máximo: /list muestra las que hay",
  "irc.no_more_rooms":
    "este servidor tiene {max} salas, que es el máximo: /list muestra en cuáles puedes entrar",

  "habit.server": "con chat client HOST PUERTO te unes a otro servidor",
  "habit.back": "/ausente sin texto, o cualquier mensaje tuyo, indica que has vuelto",
  "habit.say": "lo que escribes sin barra se dice en la sala",
  "habit.account": "aquí no hay cuentas; con /nombre APODO cambias tu apodo",
  "habit.moderator": "con /moderar CONTRASEÑA te haces moderador",
  "habit.whois": "/quien muestra los miembros, y no se sabe nada más de ellos",
  "habit.file": "solo se puede enviar texto; deja el archivo en otro sitio y di dónde está",
  "habit.edit": "un mensaje enviado no se puede cambiar; /borrar borra el último tuyo",

  "reply.help_keys": "Tab completa, {up} repite, /salir sale; //TEXTO envía /TEXTO",
  "reply.help_usage": "se usa así: {usage}",
  "reply.help_also": "también: {names}",
  "reply.help_role": "para uso de los moderadores",
  "reply.help_say_slash": "//TEXTO  envía /TEXTO como mensaje",
  "reply.who": "{count} aquí: {members}",
  "reply.who_away": ({ nick, text }) => `${nick} (ausente${text ? `: ${text}` : ""})`,
  "reply.who_lost": "{nick} (sin conexión)",
  "reply.away": ({ text }) =>
    `estás como ausente hasta que escribas, o repitas /ausente${text ? `: ${text}` : ""}`,
  "reply.back": "ya no apareces como ausente",
  "event.more_lines": "... {count:1 línea|# líneas} más",
  "reply.more": "y {count} más",
  "reply.nick": "ahora eres {nick}",
  "reply.lang": "el servidor te habla ahora en español",
  "reply.join": ({ room, count, members }) =>
    `estás en #${room} (${count} aquí${members ? `: ${members}` : ""})`,
  "reply.leave": "has dejado #{room} y estás en #{current}",
  "reply.topic_none": "esta sala no tiene tema: /tema TEXTO le pone uno",
  "reply.rooms": "salas:",
  "reply.room": "#{room} ({count} aquí) {topic}",
  "reply.private": "[privado] a {to}: {text}",
  "reply.history_none": "aquí todavía no se ha dicho nada",
  "reply.history_hidden":
    "lo último que se ha dicho aquí es todo de gente que ignoras: /ignorar muestra sus apodos",
  "reply.search_none":
    'no hay aquí un mensaje con todas las palabras de "{words}": búscalas enteras',
  "reply.search_more": "hasta aquí llega la búsqueda: añade una palabra para acotarla",
  "reply.ignore": "ya no ves lo que dice {nick}: con /escuchar {nick} lo vuelves a ver",
  "reply.ignore_already": "ya ignorabas a {nick}: con /escuchar {nick} vuelves a ver lo que dice",
  "reply.hear": "vuelves a ver lo que dice {nick}",
  "reply.hear_already": "no ignoras a {nick}",
  "reply.ignored": "ignoras a: {nicks}",
  "reply.ignored_none": "no ignoras a nadie",
  "reply.help_moderators": "para moderadores:",
  "reply.mod": "ahora eres moderador: /ayuda muestra lo que puedes hacer",
  "reply.mod_already": "ya eres moderador: /ayuda muestra lo que puedes hacer",
  "reply.kick": "has expulsado a {nick}, que puede volver: /vetar APODO lo impide",
  "reply.remove": "has sacado a {nick} de #{room}; puede volver: /bloquear {room} lo impide",
  "reply.invite": "has invitado a {nick} a #{room}",
  "reply.op": "{nick} ahora modera #{room}; con /degradar {nick} deja de hacerlo",
  "reply.op_already": "{nick} ya modera #{room}; con /degradar {nick} deja de hacerlo",
  "reply.deop": "{nick} ya no modera #{room}",
  "reply.deop_already": "{nick} no modera #{room}",
  "reply.mute": "has silenciado a {nick} durante {minutes:un minuto|# minutos}",
  "reply.mute_already":
    "{nick} ya tiene que callar {minutes:un minuto|# minutos} más: con /desilenciar {nick} se acaba",
  "reply.unmute": "{nick} puede escribir otra vez",
  "reply.unmute_already": "nadie ha silenciado a {nick}",
  "reply.muted": "silenciados:",
  "reply.muted_row": ({ nick, by, minutes }) =>
    `${nick}${by ? `, por ${by}` : ""}: ${
      minutes === 1 ? "queda un minuto" : `quedan ${minutes} minutos`
    }`,
  "reply.muted_none": "no hay nadie silenciado",
  "reply.ban": ({ nick, minutes }) =>
    `has vetado a ${nick}${
      minutes ? ` durante ${span(minutes)}` : ""
    }: con /readmitir ${nick} se ` +
    "levanta el veto",
  "reply.ban_address": ({ nick, minutes }) =>
    `has vetado a ${nick} y a su dirección${minutes ? ` durante ${span(minutes)}` : ""}: con ` +
    `/readmitir ${nick} se levanta el veto`,
  "reply.ban_already": "{nick} ya tiene un veto: con /readmitir {nick} se levanta",
  "reply.banned": "vetados hasta que /readmitir APODO levante el veto:",
  "reply.banned_row": ({ nick, address, by, reason, minutes }) =>
    nick + (address ? ` y ${address}` : "") + (by ? `, por ${by}` : "") +
    (minutes === undefined ? "" : `, ${span(minutes)} más`) +
    `: ${reason || "sin motivo"}`,
  "reply.banned_none": "no hay nadie vetado",
  "reply.delete": ({ nick, count }) =>
    nick
      ? `has borrado ${messages(count)} de ${nick}`
      : `has borrado ${count === 1 ? "tu mensaje" : `${count} mensajes tuyos`}`,
  "reply.announce": "has avisado a todos: {text}",
  "reply.unban": "has levantado el veto de {nick}",
  "reply.lock":
    "#{room} está bloqueada: solo pueden entrar los moderadores; /desbloquear {room} la abre",
  "reply.lock_already": "#{room} ya estaba bloqueada: /desbloquear {room} la abre",
  "reply.unlock": "#{room} ya no está bloqueada: puede entrar cualquiera",
  "reply.unlock_already": "#{room} no está bloqueada: puede entrar cualquiera",
  "reply.slow": ({ room, seconds }) =>
    seconds
      ? `#${room} está en modo lento: un mensaje cada ${
        seconds === 1 ? "segundo" : `${seconds} segundos`
      }`
      : `#${room} ya no está en modo lento`,
  "reply.limit": ({ room, count }) =>
    count
      ? `#${room} admite ${
        count === 1 ? "un miembro" : `${count} miembros`
      }; con /limite no ${room} se quita el límite`
      : `#${room} no tiene límite: cabe cualquier número de miembros`,
  "reply.key": ({ room, key }) =>
    key
      ? `#${room} tiene la clave ${key}: se entra con /entrar ${room} ${key}, y con /clave no #${room} se quita`
      : `#${room} no tiene clave: se entra sin ella`,
  "reply.pause":
    "#{room} está en pausa: solo pueden escribir los moderadores; /reanudar {room} la quita",
  "reply.pause_already": "#{room} ya estaba en pausa: /reanudar {room} la quita",
  "reply.unpause": "#{room} ya no está en pausa: todos pueden escribir",
  "reply.unpause_already": "#{room} no está en pausa: todos pueden escribir",

  "command.answer": "responde al último mensaje privado",
  "command.away": "te muestra como ausente hasta que escribas",
  "command.clear": "limpia la pantalla",
  "command.delete": "borra tu último mensaje, o N de APODO",
  "command.exit": "sale del chat",
  "command.help": "muestra las órdenes, o explica una",
  "command.history": "muestra los últimos mensajes",
  "command.ignore": "oculta a alguien, o muestra los ocultos",
  "command.unignore": "vuelve a mostrar los mensajes de alguien",
  "command.invitation": "muestra cómo unirse, o invita a alguien",
  "command.invite": "invita a alguien a una sala",
  "command.join": "entra en una sala",
  "command.language": "cambia tu idioma: es o en",
  "command.leave": "deja una sala",
  "command.me": "dice lo que haces: * ana saluda",
  "command.message": "envía un mensaje privado",
  "command.notice": "dice algo a lo que los bots no responden",
  "command.nick": "cambia tu apodo",
  "command.rooms": "muestra las salas",
  "command.search": "busca mensajes con todas las palabras",
  "command.topic": "muestra o cambia un tema (con - lo quita)",
  "command.who": "muestra los miembros de la sala",
  "command.mod": "te hace moderador",
  "command.kick": "expulsa a alguien, que puede volver",
  "command.mute": "silencia a alguien 10 minutos, u otro tiempo (30m, 2h)",
  "command.unmute": "deja que alguien silenciado escriba otra vez",
  "command.mutes": "muestra a quiénes se ha silenciado",
  "command.ban": "veta a alguien o una dirección (TIEMPO: 30m, 2h, 7d)",
  "command.unban": "levanta un veto",
  "command.bans": "muestra los vetos",
  "command.announce": "avisa de algo a todos, en todas las salas",
  "command.remove": "saca a alguien de la sala",
  "command.op": "hace moderador de la sala a un miembro",
  "command.deop": "hace que un miembro ya no modere la sala",
  "command.lock": "bloquea la sala (no puede entrar nadie más)",
  "command.unlock": "desbloquea la sala",
  "command.limit": "limita cuántos caben en la sala (no: sin límite)",
  "command.key": "pone una clave para entrar en la sala (no: sin ella)",
  "command.slow": "modo lento: segundos entre mensajes (no: sin él)",
  "command.pause": "pone la sala en pausa (solo escriben moderadores)",
  "command.unpause": "quita la pausa de la sala",
  "argument.lang": "IDIOMA",
  "argument.nick": "APODO",
  "argument.optional_nick": "[APODO]",
  "argument.text": "TEXTO",
  "argument.optional_text": "[TEXTO]",
  "argument.nick_text": "APODO TEXTO",
  "argument.room_key": "SALA [CLAVE]",
  "argument.optional_room": "[SALA]",
  "argument.room_reason": "[SALA] [MOTIVO]",
  "argument.optional_reason": "[MOTIVO]",
  "argument.topic": "[#SALA] [TEMA]",
  "argument.room_words": "[#SALA] PALABRAS",
  "argument.count_room": "[N] [SALA]",
  "argument.optional_command": "[ORDEN]",
  "argument.password": "CONTRASEÑA",
  "argument.nick_reason": "APODO [MOTIVO]",
  "argument.room_nick_reason": "[#SALA] APODO [MOTIVO]",
  "argument.room_nick": "[#SALA] APODO",
  "argument.nick_room": "APODO [SALA]",
  "argument.optional_nick_room": "[APODO] [SALA]",
  "argument.nick_minutes": "APODO [TIEMPO] [MOTIVO]",
  "argument.nick_address": "APODO [dirección] [TIEMPO] [MOTIVO]",
  "argument.delete": "[APODO] [N] [MOTIVO]",
  "argument.limit_room": "[N] [SALA]",
  "argument.key_room": "[CLAVE] [#SALA]",
  "argument.seconds_room": "[SEGUNDOS] [SALA]",

  "client.leaving_stops":
    "al salir detienes el servidor para {others:otra persona|otras # personas}: pulsa Ctrl-C otra vez para salir",
  "client.bad_frame":
    "la línea {number} de la entrada estándar no es una trama válida y no se ha enviado: {reason}",
  "client.too_long":
    "demasiado largo para enviarlo ({bytes} bytes, máximo {max}): acórtalo o envíalo por partes",
  "client.unread":
    "#{room}: {count:un mensaje sin leer|# mensajes sin leer} más arriba; /historial {count} {count:lo|los} vuelve a mostrar",
  "client.new_messages": "--- mensajes nuevos ---",
  "client.rooms": "tus salas, por sus números: {rooms}",
  "client.misplaced_command":
    "no se ha enviado: escribe /{name} con la barra al principio, o //{name} para decirlo en la sala",
  "client.unsent": "no enviado: {text}",
  "client.uncertain": "puede que no se haya enviado: {text}",
  "client.lost":
    "se ha perdido la conexión: reintentando (con Intro en una línea vacía, al instante)",
  "client.lost_for":
    "se ha perdido la conexión: reintentando durante {seconds:1 segundo|# segundos}",
  "client.moved": "ahora en {address}",
  "client.moved_chat":
    "ahora en {address}, que es otro chat: los mensajes del anterior no están aquí",
  "client.restarted":
    "conexión recuperada en una sesión nueva (el servidor se ha reiniciado, o has estado fuera " +
    "demasiado tiempo): pueden faltar mensajes",
  "client.again_in": "(de nuevo en {seconds} s)",
  "client.connecting": "(conectando)",
  "client.password": "contraseña:",
  "client.more_pending": "y {count} más antes de estas",
  "client.more_than_lines": "... más de {count} líneas más",
  "client.paste_too_long":
    "lo que has pegado es demasiado largo (más de {max} bytes) y se ha descartado: pégalo por partes",
  "client.search_older": '(búsqueda hacia atrás) "{text}":',
  "client.search_newer": '(búsqueda hacia delante) "{text}":',
  "client.search_older_failed": '(nada hacia atrás) "{text}":',
  "client.search_newer_failed": '(nada hacia delante) "{text}":',
  "client.ask_search": "buscar:",
  "client.block": '[{count} líneas: "{first}" {ellipsis}]',
  "client.lines": "{first} ({count} líneas)",
  "client.input_unkept":
    "lo que escribes no se guardará para la próxima vez: no se puede leer y escribir {path}",
  "client.invite": "para unirse: `{line}`",
  "client.invite_page": "también en un navegador: {url}",
  "client.invite_here":
    "para unirse desde esta máquina: `{line}`; las primeras líneas del servidor dicen cómo se unen los demás",
  "client.first_sight.details":
    "Es la primera vez que te unes a {address} y ninguna autoridad avala su certificado.\n" +
    "Su huella es\n" +
    "  {shown}\n" +
    "El servidor muestra la suya en sus primeras líneas. ¿Es la misma? (sí/no)",
  "client.yes_or_no": "responde sí o no, o pega la huella que muestra el servidor:",
  "client.unknown_zone":
    'no se conoce la zona horaria "{value}" de TZ, y las horas se muestran en UTC: usa un nombre como Europe/Madrid',
  "client.open_folder":
    "otros pueden escribir en {path}, y cambiar así los servidores que conoces: `chmod go-w {path}` lo impide",
  "client.hub_unkept":
    "este servidor no se recordará la próxima vez: no se puede leer y escribir {path}",
  "client.line_too_long":
    "la línea {number} de la entrada estándar es demasiado larga (máximo {max} bytes) y no se ha enviado",
  "client.not_utf8":
    "la línea {number} de la entrada estándar no es UTF-8 válido y no se ha enviado",

  "failure.turned_away": "{address} dice: {reason}",
  "failure.not_a_hub": "{address} no es un servidor de chat; responde: {line}",
  "failure.silent": "{address} no responde como un servidor de chat",
  "failure.lost": "se ha perdido la conexión con {address}",
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
    "tu contraseña no se envía a un servidor que solo se ha encontrado en la red: escríbela, o indica la dirección del servidor",
};
