/** What the program says outside the chat, in English: help, mistakes on the command line, the hub's log, `chat doctor`. */

import type { Sentence } from "../sentence.ts";

export const commandLine = {
  "usage.about": "Group chat for the terminal, in a single executable.",
  "usage.arguments":
    "HOST defaults to 127.0.0.1 and PORT to 3000; HOST:PORT and [IPV6]:PORT work too.",
  "usage.positionals": "[HOST] [PORT]",
  "usage.options": "[OPTIONS]",
  "usage.more": "`chat help COMMAND` shows the options of a command.",
  "usage.heading.usage": "Usage:",
  "usage.heading.commands": "Commands:",
  "usage.heading.options": "Options:",
  "usage.heading.users": "Users, history and certificates:",
  "usage.heading.hubs": "Several hubs:",
  "usage.heading.log": "Log, metrics and a check:",
  "usage.heading.display": "Display:",
  "usage.heading.scripts": "Scripts and connection:",
  "usage.more_options": "`chat help {topic}` shows the other options",
  "usage.heading.limits": "Limits (BYTES can be written as 4096, 64K, 1M or 1G):",
  "usage.heading.examples": "Examples:",
  "usage.server.summary": "run the hub that everyone joins",
  "usage.server.details":
    "Runs the hub that everyone joins. Ctrl-C says goodbye to everyone and stops it.\n" +
    "It prints the commands to join it on standard output, and its log on standard error. A second " +
    "Ctrl-C stops it at once.",
  "usage.client.summary": "join a hub",
  "usage.client.details":
    "Joins a hub. Without HOST it looks for hubs on this machine and the network.\n" +
    "Enter sends what you typed, /help lists the commands, and Ctrl-C on an empty line leaves. " +
    "Without a terminal it sends the lines of standard input, and ends when the hub has accepted " +
    "the last one.\n" +
    "At a terminal, without HOST and PORT, it looks for the hubs that you run on this machine, for " +
    "one on its port 3000, and for those that are announced on the network " +
    "(`chat server 0.0.0.0 --announce`). It joins the only one, or lets you choose.",
  "usage.help.summary": "show the help of a command",
  "usage.limits.summary": "show the other options of chat server",
  "usage.display.summary": "show the other options of chat client",
  "option.help": "show this help",
  "option.version": "show the version",
  "option.lang": "language: es or en (from LC_ALL, LC_MESSAGES, LANG)",
  "option.server_lang": "default language for users: es or en (from LC_ALL, LC_MESSAGES, LANG)",
  "option.color": "colour: auto, always or never (auto; never if NO_COLOR is set)",
  "option.theme": "appearance: default, mono or high-contrast (default)",
  "option.time": "time of each line: HH:MM, relative (since the previous line) or none (HH:MM)",
  "option.joins":
    "show who joins and leaves: all, smart (only users who have spoken) or none (all)",
  "option.markup": "show code, bold text and quotes in messages: basic or none (basic)",
  "option.ascii": "draw with ASCII characters only",
  "option.no_bell": "do not ring the bell when somebody mentions you",
  "option.notify": "show a desktop notification when somebody mentions you, or ring the bell",
  "option.title": "show the room and unread mentions in the title of the window",
  "option.no_history": "do not show earlier messages",
  "option.plain": "plain lines, never redrawn, for screen readers",
  "option.name": "your nick; /name changes it later",
  "option.room": "the room to join, instead of the first one",
  "option.send": "send this message or command, print its answer, leave",
  "option.json": "print and read frames, one JSON object per line (see docs/bots.md)",
  "option.retry": "seconds to keep trying when the connection is lost, 0 to not retry",
  "option.client_password_file": "a file with the hub's password on its first line",
  "option.no_input_history": "do not keep what you type for the next time",
  "option.client_tls": "join over TLS; with a fingerprint, only that hub",
  "option.tls_ca": "also trust the authorities whose certificates are in this file",
  "option.rate": "lines per second that a client may send in the long run, 0 for no limit (5)",
  "option.burst": "lines that a client may send at once before --rate applies, 0 for no limit (10)",
  "option.trusted": "an address whose users share no limits, as of a proxy; several as ADDRESS,...",
  "option.proxy_protocol":
    "proxies that send the users' addresses in a PROXY header; several as ADDRESS,...",
  "option.no_irc": "IRC clients cannot join",
  "option.no_web": "no page for browsers",
  "option.web_host":
    "a name by which browsers may call the hub besides its own; several as NAME,...",
  "option.history":
    "earlier messages of a room that are shown to users who join it, 0 for none (50)",
  "option.grace": "seconds a disconnected user keeps nick and rooms (120)",
  "option.qr": "`never`: no QR code of the page's address below the first lines",
  "option.web_grace": "the same for a page in a browser (900)",
  "option.password_file": "require the password on this file's first line",
  "option.mod_password_file": "the password for /mod, on this file's first line",
  "option.motd_file": "show this file's text to users who join",
  "option.tls": "encrypt, with a certificate made once and kept",
  "option.tls_cert": "encrypt, with this certificate (PEM, followed by its chain)",
  "option.tls_key": "the private key of --tls-cert (PEM)",
  "option.db": "keep the history, bans and mutes in this file",
  "option.keep": "how much history to keep: messages, or days as in 90d (1000000)",
  "option.nats": "connect several hubs into one chat over NATS servers: nats://HOST:PORT,...",
  "option.nats_creds": "the credentials file for --nats",
  "option.nats_ca": "over TLS, the authorities to trust for the servers of --nats (PEM)",
  "option.cluster": "the name of the chat on the servers of --nats (chat)",
  "option.log": "log level: debug, info, warning or error (info); with json, in JSON",
  "option.log_file": "append the log to this file, instead of writing it to standard error",
  "option.metrics": "serve metrics for Prometheus; with only a port, to this machine alone",
  "option.check": "check the options and all files, and start nothing",
  "option.join": "also chat in this terminal; the hub stops with you",
  "option.join_name": "with --join, your nick",
  "option.max_line": "longest line from nc; a longer one is dropped ({usual})",
  "option.max_frame":
    "longest message from chat client or a bot; a longer one is dropped ({usual})",
  "option.max_pending": "bytes queued for one reader; beyond that it is disconnected ({usual})",
  "option.max_pending_total": "bytes queued for all readers together ({usual})",
  "option.stall": "disconnect a reader that reads nothing for this long ({usual})",
  "option.handshake": "time limit for logging in ({usual})",
  "option.silence":
    "disconnect a client or bot that sends nothing for this long, not even a ping ({usual})",
  "option.max_connections": "connections at the same time ({usual}, or what the system allows)",
  "option.max_per_address": "connections from one address, except over loopback ({usual})",
  "option.accept_pause": "longest pause while the system cannot accept more connections ({usual})",
  "option.drain": "time limit for sending the last lines before a connection is closed ({usual})",
  "example.server": "a hub for this machine",
  "example.server_lan": "a hub for the whole network",
  "example.client": "find a hub here or on the network",
  "example.client_name": "join a hub on another machine as ana",
  "example.client_pipe": "send the output of a program",
  "example.client_tls": "over TLS, with a known authority",
  "example.client_several": "join one of several hubs of one chat",
  "example.client_send": "send one message from a script",
  "example.server_join": "a hub that you chat on yourself",
  "example.server_tls": "an encrypted hub for the whole network",

  "usage.unknown_subcommand": ({ name, suggestion }) =>
    `unknown command "${name}"${suggestion ? `: did you mean "${suggestion}"?` : ""}`,
  "usage.unknown_option": ({ option, suggestion }) =>
    `unknown option ${option}${suggestion ? `: did you mean ${suggestion}?` : ""}`,
  "usage.missing_value": "{option} needs a value",
  "usage.bad_number": '{option} must be a whole number from {min} to {max}, not "{value}"',
  "usage.bad_bytes": '{option} must be a number of bytes from {min} to {max}, not "{value}"',
  "usage.bad_keep":
    '{option} must be a number of messages, or a number of days as in 90d, not "{value}"',
  "usage.bad_nats":
    '{option} must be nats://HOST:PORT or tls://HOST:PORT, or several separated by commas, not "{value}"',
  "usage.bad_trusted":
    '{option} must be an IP address, or several separated by commas, not "{value}"',
  "usage.bad_proxy":
    '{option} must be an IP address or a network, or several separated by commas, not "{value}"',
  "usage.bad_web_host":
    '{option} must be a name or an address, or several separated by commas, not "{value}"',
  "usage.proxy_tls":
    "{option} and {other} cannot be used together: the header comes before TLS, so let the proxy do the encryption",
  "usage.bad_cluster":
    '{option} must be a name of at most 32 characters, of a to z, 0 to 9, - and _, not "{value}"',
  "usage.two_histories":
    "{option} and {other} cannot be used together: with {other}, the NATS servers keep the history",
  "usage.needs": "{option} also needs {needed}",
  "usage.no_state_folder":
    "{option} has no folder to keep its certificate in: set HOME, or use --tls-cert and --tls-key",
  "usage.excludes": "{option} and {other} cannot be used together",
  "usage.needs_terminal":
    "{option} needs a terminal to chat in: run it in a terminal, or leave out {option}",
  "usage.bad_choice": '{option} must be one of {choices}, not "{value}"',
  "usage.bad_fingerprint":
    '{option} must be the fingerprint that the hub shows, sha256: and 64 hexadecimal digits, not "{value}"',
  "usage.bad_port": '"{port}" is not a port: use a number from {min} to {max}',
  "usage.bad_host": '"{host}" is not a host name or address',
  "usage.bad_address": '"{address}" is not HOST:PORT; with several hubs, each must be HOST:PORT',
  "usage.bad_place": '{option} must be HOST:PORT, or only a port, not "{value}"',
  "usage.too_many": 'unexpected argument "{argument}"',
  "usage.meant_command": 'unknown command "{name}": did you mean `{line}`?',
  "usage.place_option":
    "unknown option {option}: the port goes after HOST, without an option: `{line}`",
  "usage.too_many_nick":
    '"{argument}" is one argument too many; if it is your nick: `--name {argument}`',
  "usage.not_a_port_nick":
    '"{argument}" is neither a port nor HOST:PORT; if it is your nick: `--name {argument}`',
  "usage.see_help": "Usage: `{call}`",

  "server.listening": "listening on {address}",
  "server.valid": "the options are valid",
  "server.join": "join with:",
  "server.page_needs":
    "in a browser, as on a telephone: only with a certificate by an authority (`--tls-cert`), or " +
    "without `--tls`",
  "server.fingerprint": "fingerprint {fingerprint}",
  "server.no_password":
    "no password: anyone who can reach this port can join; --password-file sets a password",
  "server.no_tls":
    "no encryption: the password and all messages can be read in transit; --tls encrypts them",
  "server.no_tls_no_password":
    "no password and no encryption: anyone who can reach this port can join, and all messages " +
    "can be read in transit; use --password-file and --tls",
  "server.local": "from this machine only; for the whole network: `{line}`",
  "server.unannounced": "cannot be announced on the network: users need the address",
  "server.unannounced_on": "cannot be announced on {addresses}: users there need the address",
  "server.metrics": "metrics: http://{address}/metrics",
  "server.encrypted": "this hub is encrypted: chat client {host} {port} --tls",
  "web.closed": "this hub has no page: join it with chat client or nc",
  "web.not_found": "nothing is here: the page is at /",
  "web.bad_request": "the hub does not understand this request",
  "web.bad_host": "the request must name one host",
  "web.too_long": "the head of the request has more than {max} bytes",
  "web.only_get": "only GET can be used here",
  "web.upgrade": "this is for the WebSocket of the page, version 13",
  "web.wrong_host":
    "this hub does not know the name {host}: open it by its address, or start it with --web-host {host}",
  "web.wrong_origin": "only the hub's own page may connect here",
  "server.stopping": "stopping: saying goodbye to everyone (Ctrl-C again stops at once)",

  "server.goes_on": "the hub keeps running without you: Ctrl-C stops it",

  "failure.address_in_use":
    "cannot listen on {address}: the port is in use; choose another one, or 0 for any free port",
  "failure.address_not_available":
    "cannot listen on {address}: this machine does not have that address",
  "failure.no_permission":
    "cannot use {address}: permission denied; ports below 1024 need privileges, so use a higher one",
  "failure.no_such_host": 'cannot find the host "{host}": check the name',
  "failure.refused": "cannot connect to {address}: connection refused; is the hub running?",
  "failure.unreachable": "cannot connect to {address}: the network is unreachable",
  "failure.timed_out": "cannot connect to {address}: no answer",
  "failure.input_unreadable":
    "cannot read standard input, as under nohup: start the client in a terminal, or send it lines through a pipe",
  "failure.password_wanted":
    "{address} needs a password: set CHAT_PASSWORD, or name a file with --password-file",
  "failure.wrong_password":
    "{address} rejects the password: check CHAT_PASSWORD or --password-file",
  "failure.other_room":
    "{address} put you into {room} instead of the room that you asked for, and nothing was sent there: choose another --room",
  "failure.log_file":
    "cannot write the log to {path}: check that its folder exists and that you may write there",
  "failure.not_a_file": "cannot use {path}: it is not a file; choose another one",
  "failure.db_no_folder":
    "cannot use the history in {path}: the folder does not exist; create it, or choose another file",
  "failure.db_no_file": "cannot use the history in {path}: it is not a file; choose another one",
  "failure.db_no_access":
    "cannot use the history in {path}: permission denied to read and write it or its folder; allow it, or choose another file",
  "failure.db_no_room":
    "cannot use the history in {path}: the disk is full; free some space, or choose another file",
  "failure.db_not_history":
    "cannot use the history in {path}: the file is not a history, and was left untouched; choose another file",
  "failure.db_newer":
    "cannot use the history in {path}: a newer version of chat made it; use that version, or choose another file",
  "failure.db_damaged":
    "cannot use the history in {path}: it is damaged; restore a copy, or choose another file",
  "failure.db_in_use":
    "cannot use the history in {path}: another hub or program is using it; stop that, or choose another file",
  "failure.db_left":
    "cannot use the history in {path}: {side} is there without it; put {path} back, or move {side} away too",
  "failure.db_unusable": "cannot use the history in {path}: {reason}; choose another file",
  "failure.nats_unreachable":
    "cannot reach a NATS server at {servers}: start one there, or name others with --nats",
  "failure.nats_unauthorized":
    "the NATS servers at {servers} reject this hub: check the user, password or token in --nats, or use --nats-creds",
  "failure.nats_tls":
    "cannot use TLS with the NATS servers at {servers}: {reason}; tls:// needs a server with TLS, and --nats-ca names the authorities to trust",
  "failure.nats_no_jetstream":
    "the NATS servers at {servers} have no JetStream for this hub: start them with -js",
  "failure.nats_no_leader":
    "JetStream has no leader on the NATS servers at {servers}: start more servers of their cluster, and try again",
  "failure.nats_creds":
    "cannot use {path}: it is not a NATS credentials file; `nsc generate creds` makes one",
  "failure.nats_unusable": "cannot use the NATS servers at {servers}: {reason}",
  "failure.known_hubs":
    "cannot read the known hubs from {path}: make it a file that you may read, or remove it",
  "failure.no_certificates":
    "cannot use {path}: it has no certificates in PEM; check that it is the right file",
  "failure.no_tls": "{address} does not use TLS: start that hub with --tls, or join without --tls",
  "failure.speaks_tls":
    "{address} uses TLS: join with --tls, and the fingerprint that the hub shows",
  "failure.tls_changed":
    "{address} shows a different certificate than before, so somebody may be intercepting the connection: if whoever runs the hub confirms it, join once with `--tls {shown}`",
  "failure.tls_declined": "did not join {address}: you did not accept its certificate",
  "failure.tls_dropped":
    "{address} does not use TLS, but this hub was encrypted before, so somebody may be in between: do not join, and ask whoever runs the hub",
  "failure.tls_expired":
    "the certificate of {address} is not valid today: the hub needs a new one, or this machine's clock is wrong",
  "failure.tls_failed": "cannot use TLS with {address}: {tls.reason}",
  "failure.tls_impostor":
    "{address} shows a certificate without having its key: somebody is intercepting the connection; do not join",
  "failure.tls_issuer":
    "the certificate of {address} was issued by an authority that is not trusted here: name its certificate with --tls-ca",
  "failure.tls_known":
    "{address} was encrypted before, and without TLS somebody may be in between: join with --tls; if whoever runs the hub confirms that it no longer encrypts, remove the line {address} from {path}",
  "failure.tls_other":
    "{address} does not have the fingerprint that you gave, but {shown}: somebody may be intercepting the connection; ask whoever runs the hub",
  "failure.tls_unknown":
    "the certificate of {address} is not trusted: if the hub shows this same fingerprint, join with `--tls {shown}`",
  "failure.tls_unverified": "the certificate of {address} is not valid: {tls.reason}",
  "tls.closed": "the connection was closed",
  "tls.refused": "the connection was refused",
  "tls.incompatible": "it has no TLS version or cipher in common with this program",
  "tls.malformed": "what it sends is not valid TLS",
  "tls.no_certificate": "it shows no certificate",
  "tls.other_name": "it was issued to another name",
  "tls.authority": "it is the certificate of an authority",
  "failure.unexpected": "unexpected error: {reason}",
  "failure.no_such_file": "cannot read {path}: the file does not exist; check its name",
  "failure.unreadable_file": "cannot read {path}: check that it is a file that you may read",
  "failure.file_not_utf8": "cannot use {path}: it is not UTF-8; save it as UTF-8",
  "failure.bad_password":
    "no password in {source}: write it on the first line, with at most {max} characters",
  "failure.untypable_password":
    "the password in {source} has a character that nobody can type: save it as plain text, with LF at the end of its line",
  "failure.certificate_unkept":
    "cannot keep a certificate in {path}: check that its folder exists, that you may write there, and that it is a file, or use --tls-cert and --tls-key",
  "failure.kept_damaged":
    "cannot use the certificate in {path}: it is damaged; remove the file to get a new one, and give its fingerprint to the users who joined before",
  "failure.kept_expired":
    "cannot use the certificate in {path}: it expired on {date}; if this machine's clock is right, remove the file to get a new one, and give its fingerprint to the users who joined before",
  "failure.no_certificate":
    "no certificate in {path}: --tls-cert needs one in PEM (`-----BEGIN CERTIFICATE-----`)",
  "failure.no_key": "no key in {path}: --tls-key needs one in PEM (`-----BEGIN PRIVATE KEY-----`)",
  "failure.encrypted_key":
    "cannot use the key in {path}: it has a passphrase; `openssl pkey -in {path}` removes it",
  "failure.unusable_key":
    "cannot use the key in {path}: it must be RSA with at least 2048 bits, ECDSA or Ed25519",
  "failure.other_key":
    "cannot use the key in {path}: it does not belong to the certificate in {certificate}",
  "failure.certificate_expired":
    "cannot use the certificate in {path}: it expired on {date}, so clients would reject it; get a new one",
  "failure.certificate_early":
    "cannot use the certificate in {path}: it is not valid before {date}; check this machine's clock",
  "failure.nameless_certificate":
    "cannot use the certificate in {path}: it has no subjectAltName with a host or address, so clients would reject it; get one that has",
  "failure.bad_motd":
    "cannot use {path}: the message of the day may have at most {lines} lines and {bytes} bytes; shorten it",

  "usage.completions.summary": "print the completions for your shell",
  "usage.completions.details":
    "Prints a script that makes bash, zsh, fish or PowerShell complete the commands, the options and " +
    "their values. Its first lines say how to load it.",
  "usage.completions.positionals": "SHELL",
  "usage.man.summary": "print the manual page",
  "usage.man.details":
    "Prints the manual page of the program, for man or mandoc, in the language that LC_ALL, " +
    "LC_MESSAGES or LANG names.",
  "usage.help.positionals": "COMMAND",
  "usage.no_shell": "completions for which shell? Add one of {choices}",
  "usage.unknown_shell": ({ name, choices, suggestion }) =>
    `no completions for "${name}"${suggestion ? ` (did you mean "${suggestion}"?)` : ""}: ` +
    `choose one of ${choices}`,
  "example.completions_bash": "complete in this bash",
  "example.completions_zsh": "complete in every new zsh, with ~/.zfunc in fpath",
  "example.completions_fish": "complete in this fish",
  "example.man": "read the manual page",
  "example.man_file": "install the manual page for man",

  "completions.about": "Completions of chat for {shell}, printed by chat completions {shell}.",
  "completions.now": "For this shell only (the line also works in the shell's startup file):",
  "completions.always_bash": "For every new shell, if the package bash-completion is installed:",
  "completions.always_zsh":
    "For every new shell, with fpath+=(~/.zfunc) before compinit in ~/.zshrc:",
  "completions.always_fish": "For every new shell:",
  "completions.always_powershell":
    "For every new shell, add this line to the file that $PROFILE names:",

  "man.heading.name": "NAME",
  "man.heading.synopsis": "SYNOPSIS",
  "man.heading.description": "DESCRIPTION",
  "man.heading.subcommands": "SUBCOMMANDS",
  "man.heading.options": "OPTIONS",
  "man.heading.commands": "COMMANDS IN THE CHAT",
  "man.heading.moderators": "For moderators",
  "man.heading.environment": "ENVIRONMENT",
  "man.heading.files": "FILES",
  "man.heading.exit_status": "EXIT STATUS",
  "man.heading.examples": "EXAMPLES",
  "man.heading.see_also": "SEE ALSO",
  "man.about.details":
    "One machine runs the hub with chat server, and everyone else joins it with chat client or, " +
    "with nothing installed, with nc. The hub prints the commands to join it.\n" +
    "Messages never disturb what you are typing, and no text can control your terminal.",
  "man.commands":
    "A line is sent to everyone else in the room; a line that begins with a slash is a command. Every name works in both languages, with or without accents and in upper or lower case.",
  "man.say_slash": "sends /TEXT as a message",
  "man.environment": "The program reads these variables and no others.",
  "man.files":
    "They are in $XDG_STATE_HOME/chat if that variable is set, and on Windows in %LOCALAPPDATA%\\chat. Only you may read them.",
  "man.variable.language":
    "The language, from the first of them that is set: Spanish if it begins with es, and English otherwise.",
  "man.variable.no_color": "If set and not empty, disables colour, overriding --color.",
  "man.variable.term": "The kind of terminal. If it is dumb, nothing is redrawn, as with --plain.",
  "man.variable.time_zone":
    "The time zone of the times that are shown, as a name like Europe/Madrid.",
  "man.variable.notify": "With TERM, they tell --notify how this terminal shows a notification.",
  "man.variable.links": "With those above, they tell whether this terminal makes links of URLs.",
  "man.variable.tmux": "Inside tmux, --notify also rings the bell.",
  "man.variable.options":
    "Any option: --tls-cert as CHAT_TLS_CERT, --tls as CHAT_TLS=1 (or 0). The command line takes precedence.",
  "man.variable.password":
    "The hub's password, for the hub and for whoever joins it; --password-file takes precedence.",
  "man.variable.state": "The folder that holds the program's own folder, with the FILES.",
  "man.variable.home": "Without XDG_STATE_HOME, the FILES are in .local/state/chat in this folder.",
  "man.variable.local_data":
    "On Windows, the folder that holds the program's own folder, with the FILES.",
  "man.variable.authorities":
    "The authorities that --tls trusts: those of the system (system, the default) or of Mozilla (mozilla).",
  "man.variable.service":
    "systemd sets them: the hub tells it when it can be joined, reloads and stops, and feeds its watchdog.",
  "man.variable.journal":
    "systemd sets it: the lines of a log that goes to the journal begin with their priority.",
  "man.variable.web_socket": "Packages that the WebSocket of the page does without.",
  "man.file.certificate": "the certificate and key of a hub with --tls",
  "man.file.known_hubs": "the hubs that you have joined with --tls, and their fingerprints",
  "man.file.input_history": "what you have typed, for the next time",
  "man.file.hubs": "the hubs that you have started on this machine, for chat client",
  "man.file.sessions": "the sessions to resume if a client crashes",
  "man.exit.done": "success",
  "man.exit.failed":
    "the network or the program failed, a line of standard input was not sent or may not have been, or you have joined again over another connection",
  "man.exit.usage": "wrong usage",
  "man.exit.refused":
    "the hub refused: it is full or locked, needs a password, speaks another protocol, is not the hub that was meant, or has kicked or banned you",
  "man.exit.interrupted":
    "a second Ctrl-C stopped the hub before it had said goodbye to everyone, or Ctrl-C stopped a backup",

  "option.announce": "let chat client alone find this hub on the network",
  "example.server_announce": "a hub that chat client alone finds",
  "usage.announce_loopback":
    "{option} needs a hub that others can reach, but this one listens on this machine only: " +
    "use `chat server 0.0.0.0 --announce`",
  "server.announced": "announced: on this network, chat client alone finds it",
  "failure.no_hub_found":
    "found no hub (many networks block the search). If you know its address: `chat client HOST PORT`; " +
    "to start a hub: `chat server`",

  // The sentences of chat backup, chat export and chat forget.

  "usage.backup.summary": "copy the history of a hub",
  "usage.backup.positionals": "TO",
  "usage.backup.details":
    "Copies the history of a hub to the new file TO, also while the hub runs. The copy is whole, all of " +
    "one moment, and a hub can be started with it.",
  "usage.export.summary": "print the history of a hub",
  "usage.export.details":
    "Prints the messages of a hub's history on standard output, the oldest first, also while the hub runs.\n" +
    "A DATE is 2026-11-29, 2026-11-29T14:00, the same with Z for UTC, or an age like 30d or 12h. A day " +
    "in --until is part of what is printed; what was said at a time in --until is not.",
  "usage.forget.summary": "remove a user's messages",
  "usage.forget.details":
    "Removes all messages by a nick from the history of a hub, for good, also while the hub runs, which " +
    "then tells its users. Copies of the history, and the screens of users, keep them.",
  "option.archive_db": "the history: the file of the hub's --db",
  "option.export_room": "only the messages of this room",
  "option.since": "only messages from this moment on",
  "option.until": "only messages from before this moment, or up to the end of this day",
  "option.format": "text, json (a frame per line) or html (a page to read) (text)",
  "option.forget_nick": "the nick whose messages are removed",
  "example.backup": "copy the history to monday.db",
  "example.export": "read the messages of the last 7 days",
  "example.forget": "remove the messages by eva",
  "usage.missing_option": "{option} is missing",
  "usage.bad_date":
    '{option} must be a date or an age, as in 2026-11-29, 2026-11-29T14:00 or 30d, not "{value}"',
  "usage.until_before_since": "--until is before --since: no message is from between them",
  "failure.copy_exists":
    "cannot make the copy {path}: the file exists already; choose another name",
  "failure.output": "cannot write to standard output: {reason}",
  "failure.no_room_in": ({ path, room, rooms }) =>
    `the history in ${path} has no room "${room}"` +
    (rooms ? `; it has ${rooms}` : ": it is empty"),
  "failure.no_nick_in": ({ path, nick, suggestion }) =>
    `the history in ${path} has no message by "${nick}"` +
    (suggestion ? `; did you mean ${suggestion}?` : ": check the nick"),
  "failure.unsettled":
    "{count:one message|# messages} by {nick} removed, but a part may still be in {path} or {path}-wal, " +
    "as another program reads the file: end it, then start and stop a hub with it",
  "backup.done": "copied {count:one message|# messages} to {path}",
  "forget.done": "removed {count:one message|# messages} by {nick} from {path}",
  "export.title": "Chat history",

  // The sentences of chat doctor.

  "usage.doctor.summary": "find out why a hub cannot be joined",
  "usage.doctor.details":
    "Checks step by step whether a hub can be joined, and says what is wrong and how to fix it. It " +
    "does not join the chat, so nobody there notices; it asks no questions and changes nothing.",
  "option.doctor_name": "the nick to join with: it may be banned",
  "option.alive": "exit with 0 if the hub answers, even if it lets nobody in: for health checks",
  "option.doctor_tls": "check over TLS; with a fingerprint, only that hub",
  "example.doctor": "check the hub on this machine",
  "example.doctor_lan": "check a hub on another machine",
  "example.doctor_tls": "check over TLS a hub with an authority's certificate",

  "doctor.step.name": "name",
  "doctor.step.way": "connection",
  "doctor.step.tls": "encryption",
  "doctor.step.hub": "hub",
  "doctor.step.password": "password",
  "doctor.step.page": "page",
  "doctor.page_works": "works: {url}",
  "doctor.page_none": "none: the hub was started with `--no-web`, or is of an older version",
  "doctor.page_wrong_host": "refused at {url}: start the hub with `--web-host {host}`",
  "doctor.page_untrusted":
    "no browser trusts the hub's own certificate: telephones need one by an authority " +
    "(`--tls-cert`), or a hub without `--tls`",
  "doctor.page_silent": "no answer at {url}",
  "doctor.page_other":
    "something else answers at {url}, with the HTTP status {status}: perhaps a proxy",
  "doctor.name_found": "{host} is {addresses}",
  "doctor.name_unknown": "{host} does not exist",
  "doctor.name_unanswered": "no name server answers",
  "doctor.way_connected": "{address} in {ms} ms",
  "doctor.way_refused": "{address}: connection refused",
  "doctor.way_unreachable": "{address}: network unreachable",
  "doctor.way_filtered": "{address}: no answer in {seconds} s",
  "doctor.way_forbidden": "{address}: this machine does not allow it",
  "doctor.way_failed": "{address}: failed ({reason})",
  "doctor.tls_certificate": "{version}, certificate of {name}, from {from} until {until}",
  "doctor.tls_nameless": "{version}, a certificate without a name, from {from} until {until}",
  "doctor.tls_issued_by": "issued by {issuer}",
  "doctor.tls_self_issued": "issued by the hub itself",
  "doctor.tls_by_named": "trusted: it has the fingerprint that you gave",
  "doctor.tls_by_remembered": "trusted: it is the same as when you joined before",
  "doctor.tls_by_file": "trusted: an authority in --tls-ca vouches for it",
  "doctor.tls_by_system": "trusted: an authority that this system trusts vouches for it",
  "doctor.tls_distrusted": "not trusted",
  "doctor.tls_not_tls": "does not use TLS",
  "doctor.tls_silent": "no answer to TLS",
  "doctor.tls_failed": "TLS fails: {tls.reason}",
  "doctor.hub_is": "{hub}, protocol {protocol}, in frames",
  "doctor.hub_latency": "answers in {ms} ms",
  "doctor.hub_nobody": "nobody is connected",
  "doctor.hub_people": "{count:1 person is connected|# people are connected}",
  "doctor.hub_other": "a hub of another version, protocol {protocol}",
  "doctor.hub_says": "says: {text}",
  "doctor.talk_tls": "uses TLS",
  "doctor.talk_silent": "accepts the connection and sends nothing",
  "doctor.talk_closed": "accepts the connection and closes it without a word",
  "doctor.stranger": "not a hub, but {doctor.service.service}",
  "doctor.stranger_says": "not a hub, but {doctor.service.service}: {line}",
  "doctor.password_none": "not needed",
  "doctor.password_right": "correct",
  "doctor.password_wrong": "wrong",
  "doctor.password_wanted": "needed",
  "doctor.service.ssh": "an SSH server",
  "doctor.service.http": "a web server (HTTP)",
  "doctor.service.smtp": "a mail server (SMTP)",
  "doctor.service.ftp": "a file server (FTP)",
  "doctor.service.imap": "a mail server (IMAP)",
  "doctor.service.pop3": "a mail server (POP3)",
  "doctor.service.irc": "an IRC server",
  "doctor.service.telnet": "a telnet server",
  "doctor.service.mysql": "a MySQL or MariaDB server",
  "doctor.service.redis": "a Redis server",
  "doctor.service.memcached": "a memcached server",
  "doctor.service.nats": "a NATS server",
  "doctor.service.vnc": "a remote desktop (VNC)",
  "doctor.service.xmpp": "an XMPP server",
  "doctor.service.rsync": "an rsync server",
  "doctor.service.rtsp": "a video server (RTSP)",
  "doctor.service.echo": "something that repeats whatever it receives",
  "doctor.service.ncat_chat": "a chat of ncat",
  "doctor.service.unknown": "an unknown service",
  "doctor.says.well": "All is well: the hub at {address} works and lets you in.",
  "doctor.says.well_old":
    "There is a hub at {address}, and as far as can be checked all is well. It is an older " +
    "version, which does not say who may join or whether it needs a password.",
  "doctor.says.tls_ends":
    "But its certificate expires on {until}: the hub needs a new one by then.",
  "doctor.says.join": "Join it with:",
  "doctor.says.password_right": "The password is correct.",
  "doctor.says.password_unneeded": "It needs no password, so yours was not sent.",
  "doctor.says.password_plain":
    "Nothing is encrypted, so the password and all messages can be read in transit; whoever " +
    "runs the hub can start it with --tls.",
  "doctor.says.ways_partly":
    "However, some of its addresses cannot be reached: {failed}. Clients that try these first " +
    "will hang, so fix them or remove them from DNS.",
  "doctor.says.unknown_host":
    "The host {host} was not found: check the spelling. Some names exist only inside one " +
    "network or VPN, so also check that this machine is connected to it. You can always use " +
    "the numeric address that the hub prints when it starts.",
  "doctor.says.unknown_short":
    "The host {host} was not found: check the spelling. Inside a network, a name often needs " +
    "an ending, as in {host}.local or {host}.lan. You can always use the numeric address that " +
    "the hub prints when it starts.",
  "doctor.says.no_dns":
    "The address of {host} cannot be found, because no name server answers this machine. " +
    "Check that it is connected to the network (and to the VPN, if the name belongs to one). " +
    "If only names fail, use the numeric address that the hub prints when it starts.",
  "doctor.says.refused_here":
    "Nothing listens on {address}: no hub is running on this machine, at least not on port " +
    "{port}. Start one in another terminal with `chat server {host} {port}`. If the hub runs on " +
    "another machine, give its address: `chat doctor HOST {port}`.",
  "doctor.says.refused":
    "The machine {host} answers, but nothing listens on its port {port}: the hub is not " +
    "running, or uses another port, or listens on 127.0.0.1 only, where other machines cannot " +
    "reach it. If it is started there with `chat server 0.0.0.0 {port}`, the whole network can " +
    "join, and its first lines say what to type. A firewall that rejects connections looks " +
    "the same.",
  "doctor.says.elsewhere":
    "Nothing listens on {address}, but there is a hub at {found}: that is probably the one " +
    "you want.",
  "doctor.says.loopback_only":
    "{host} is this machine, and its hub listens on {found} only, where other machines cannot " +
    "reach it. To open it to the whole network, stop it with Ctrl-C and start it with " +
    "`chat server 0.0.0.0 {port}`. From this machine it can be joined as it is.",
  "doctor.says.filtered":
    "{address} does not answer at all. The usual reason is a firewall, on that machine or in " +
    "between, that drops the packets: it must allow port {port} (TCP). Or the machine is off, " +
    "has a different address now, or is in a network that this machine cannot reach; some " +
    "guest Wi-Fi networks also isolate their machines from each other.",
  "doctor.says.unreachable":
    "This machine has no route to {host}. Check that it is connected to the same network as " +
    "the hub or to its VPN, and that the address is right: addresses that begin with 10, " +
    "172.16 to 172.31, 192.168 or fe80 are valid only inside one network.",
  "doctor.says.forbidden":
    "This machine does not let the program connect to {address}: a firewall or another rule on " +
    "it forbids that. Allow it there, or ask whoever administers the machine.",
  "doctor.says.failed": "Cannot connect to {address}: {reason}. Check the address.",
  "doctor.says.silent":
    "Something at {address} accepts the connection but then sends nothing, which no hub does. " +
    "It may be another service that waits for the client to speak first, a proxy or tunnel " +
    "whose other end does not answer, or a hub that hangs because it was stopped with Ctrl-Z " +
    "or its machine is overloaded. Check the port, and what listens on it on that machine.",
  "doctor.says.closed":
    "Something at {address} accepts the connection and closes it at once without a word. The " +
    "usual reason is a tunnel, a proxy or a container (`ssh -L`, Docker) that is open while " +
    "nothing listens behind it, or a rule that rejects your address. Check on that machine " +
    "that the hub is running, and that connections are forwarded to the hub's port.",
  "doctor.says.stranger":
    "At {address} there is {doctor.service.service}, not a hub of this chat: the host or the " +
    "port is probably wrong. A hub prints both in its first lines, and its port is {usual} unless " +
    "it was given another one.",
  "doctor.says.tls_wanted": "The server at {address} uses TLS, and you did not use --tls.",
  "doctor.says.tls_wanted_remembered": "It is the hub that you have joined before: add --tls.",
  "doctor.says.tls_wanted_system":
    "An authority that this system trusts vouches for it: add --tls.",
  "doctor.says.tls_wanted_shown":
    "The fingerprint of its certificate is {shown}. If the hub shows the same one in its first " +
    "lines, or whoever runs it confirms it, add it after --tls.",
  "doctor.says.tls_wanted_unclear": "Add --tls, and chat doctor can say more.",
  "doctor.says.not_tls":
    "The hub at {address} does not use TLS, and you used --tls. Without it you can join, but all " +
    "messages can be read in transit; or ask whoever runs the hub to start it with --tls, and " +
    "then join with the fingerprint that it shows.",
  "doctor.says.not_tls_unknown":
    "The server at {address} does not use TLS, and you used --tls: check the host and the port.",
  "doctor.says.tls_broken":
    "An encrypted connection to {address} cannot be made: {tls.reason}. The server there may not be " +
    "a hub, or something in between breaks encrypted connections.",
  "doctor.says.tls_unknown":
    "The server at {address} uses TLS, but no authority that this system trusts vouches for " +
    "its certificate. That is normal for a certificate that a hub has made itself. Its " +
    "fingerprint is {shown}: compare it with the one that the hub prints in its first lines, " +
    "or that whoever runs the hub gives you in another way. If they are the same, join with " +
    "the fingerprint.",
  "doctor.says.tls_changed":
    "{address} shows a different certificate than when you joined it before: now it is {shown}. " +
    "Either the hub has a new certificate, or somebody is intercepting the connection. Ask " +
    "whoever runs the hub, and join with the new fingerprint only if they confirm it.",
  "doctor.says.tls_dropped": ({ address, knownIn }) =>
    `What answers at ${address} does not use TLS, but this hub was encrypted before, so somebody ` +
    "may be in between. Do not join, and ask whoever runs the hub." +
    (knownIn
      ? ` Only if they confirm that it no longer encrypts, remove the line ${address} from ${knownIn}.`
      : ""),
  "doctor.says.tls_other":
    "{address} does not have the fingerprint that you gave: its own is {shown}. Either yours " +
    "belongs to another hub or to an older certificate, or somebody is intercepting the " +
    "connection. Ask whoever runs the hub before you join.",
  "doctor.says.tls_expired":
    "The certificate of {address} expired on {until}, and by this machine's clock today " +
    "is {today}. If that is right, whoever runs the hub must get a new certificate; if not, " +
    "set the clock.",
  "doctor.says.tls_early":
    "The certificate of {address} is not valid before {from}, and by this machine's clock " +
    "today is {today}. Usually the clock is wrong: set it. If it is right, wait, or ask " +
    "whoever runs the hub.",
  "doctor.says.tls_name":
    "The certificate of {address} is for {name}, not for {host}: join by the name in the " +
    "certificate. If it is the same machine, you can also join with the fingerprint, once you " +
    "have compared {shown} with the one that the hub prints.",
  "doctor.says.tls_issuer":
    "The certificate of {address} was issued by {issuer}, which this system does not trust. " +
    "Ask whoever runs the hub for the certificate of that authority, and name its file with " +
    "--tls-ca.",
  "doctor.says.tls_impostor":
    "{address} shows a certificate without having its key: somebody is intercepting the " +
    "connection and pretends to be the hub. Do not join, and tell whoever administers the " +
    "network.",
  "doctor.says.tls_unverified":
    "The certificate of {address} is not valid: {tls.reason}. Whoever runs the hub must fix it.",
  "doctor.says.password_wanted":
    "The hub at {address} works and needs a password: ask whoever runs it. In a terminal, chat " +
    "client asks you for it; in a script, put it in a file for --password-file, or in " +
    "CHAT_PASSWORD. With either of these, chat doctor checks whether it is correct.",
  "doctor.says.password_wrong":
    "The hub at {address} works, but the password is wrong: check the first line of the file in " +
    "--password-file, or CHAT_PASSWORD; upper and lower case and inner spaces matter. The hub " +
    "counts this as one wrong try; each connection has {tries}.",
  "doctor.says.newer":
    "The hub at {address} is a newer version: it speaks protocol {theirs}, and this program " +
    "speaks {ours}. Join with the newer version of chat, or with nc, which works with any " +
    "version.",
  "doctor.says.older":
    "The hub at {address} is an older version: it speaks protocol {theirs}, and this program " +
    "speaks {ours}. Ask whoever runs it to update it, or join with the older version of chat, " +
    "or with nc, which works with any version.",
  "doctor.says.server_full":
    "The hub at {address} is full: it has as many connections as it allows. Try again later, " +
    "or ask whoever runs it to raise --max-connections.",
  "doctor.says.address_full":
    "The hub at {address} has as many connections from your address as it allows. Close one of " +
    "yours; if a whole class or office shares one address, whoever runs the hub must raise " +
    "--max-per-address.",
  "doctor.says.banned":
    "The hub at {address} works, but does not let you in: a moderator has banned you or your " +
    "address. Ask whoever runs the hub; a moderator can lift the ban with /unban.",
  "doctor.says.not_proxied":
    "The hub at {address} works, but a proxy in front of it sends a PROXY header, which the hub does not read. " +
    "Whoever runs them must start the hub with --proxy-protocol and the proxy's address, or turn that header off: " +
    "send-proxy in haproxy, proxy_protocol in nginx.",
  "doctor.says.locked":
    "The hub at {address} works, but a moderator has locked it: nobody new may join for now. " +
    "Try again later, or ask somebody who is connected. Moderators join with their password, " +
    "by --password-file FILE.",
  "doctor.says.cut_off":
    "The hub at {address} is one of several that are one chat, and cannot reach the others: " +
    "until it can, nobody can join it. Join another of the hubs, or try again later; whoever " +
    "runs it should check its NATS servers.",
  "doctor.says.shutdown":
    "The hub at {address} is stopping: try again in a moment, or ask whoever runs it when it " +
    "will be back.",
  "doctor.says.bye": "The hub at {address} does not let you in. It says: {bye.reason}",
} satisfies Record<string, Sentence>;
