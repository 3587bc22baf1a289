/** What every language has to say: the keys, so that a sentence missing in one language is a type error. */

import type { ByeCode, ErrorCode, NoticeCode, Params } from "../protocol/codes.ts";
import type { NickFault } from "../protocol/names.ts";

/**
 * A sentence with `{name}` for each param, or a function where the params decide what is said; `part` gives
 * another sentence of the same language, or undefined when it has none by that key.
 */
export type Sentence =
  | string
  | ((params: Params, part: (key: string) => string | undefined) => string);

type Coded = `error.${ErrorCode}` | `notice.${NoticeCode}` | `bye.${ByeCode}` | `left.${ByeCode}`;

/** What happens in a room, and what commands answer. */
type Chat =
  | `event.${
    | "welcome"
    | "hint"
    | "joined"
    | "joined_many"
    | "left"
    | "left_many"
    | "left_because"
    | "renamed"
    | "topic"
    | "topic_none"
    | "topic_is"
    | "private"}`
  | `reply.${
    | "help"
    | "help_say_slash"
    | "who"
    | "more_members"
    | "more_rooms"
    | "nick"
    | "lang"
    | "join"
    | "leave"
    | "rooms"
    | "room"
    | "private"
    | "history_none"
    | "ignore"
    | "hear"
    | "ignored"
    | "ignored_none"
    | "help_moderators"
    | "mod"
    | "kick"
    | "mute"
    | "unmute"
    | "ban"
    | "ban_address"
    | "banned"
    | "banned_none"
    | "unban"
    | "lock"
    | "unlock"
    | "slow"
    | "unslow"
    | "pause"
    | "unpause"}`
  | `fault.${NickFault | "taken" | "banned"}`;

/** One sentence a command, by its name in the table, and what its argument is called. */
type Commands =
  | `command.${
    | "answer"
    | "clear"
    | "exit"
    | "help"
    | "history"
    | "ignore"
    | "join"
    | "language"
    | "leave"
    | "me"
    | "message"
    | "nick"
    | "rooms"
    | "topic"
    | "who"
    | "mod"
    | "kick"
    | "mute"
    | "ban"
    | "unban"
    | "lock"
    | "slow"
    | "pause"}`
  | `argument.${"lang" | "nick" | "text" | "nick_text" | "room" | "topic" | "count"}`
  | `argument.${"password" | "nick_reason" | "nick_minutes" | "nick_address" | "seconds"}`;

/** The help of the program itself, and what is wrong with its arguments. */
type Usage =
  | `usage.${"about" | "arguments" | "positionals" | "options" | "more"}`
  | `usage.heading.${"usage" | "commands" | "options" | "limits" | "examples"}`
  | `usage.${"server" | "client" | "help"}.summary`
  | `usage.${"server" | "client"}.details`
  | `usage.${
    | "unknown_subcommand"
    | "unknown_option"
    | "missing_value"
    | "bad_number"
    | "bad_bytes"
    | "bad_keep"
    | "bad_nats"
    | "bad_cluster"
    | "two_histories"
    | "needs"
    | "no_state_folder"
    | "excludes"
    | "needs_terminal"
    | "bad_choice"
    | "bad_fingerprint"
    | "bad_port"
    | "bad_host"
    | "bad_address"
    | "bad_place"
    | "too_many"
    | "see_help"}`
  | `option.${
    | "help"
    | "version"
    | "lang"
    | "server_lang"
    | "color"
    | "name"
    | "room"
    | "send"
    | "json"
    | "retry"
    | "client_password_file"
    | "theme"
    | "time"
    | "joins"
    | "ascii"
    | "no_bell"
    | "notify"
    | "no_history"
    | "plain"
    | "no_input_history"
    | "client_tls"
    | "tls_ca"
    | "rate"
    | "burst"
    | "log"
    | "history"
    | "grace"
    | "password_file"
    | "mod_password_file"
    | "motd_file"
    | "tls"
    | "tls_cert"
    | "tls_key"
    | "db"
    | "keep"
    | "nats"
    | "nats_creds"
    | "nats_ca"
    | "cluster"
    | "log_file"
    | "metrics"
    | "join"
    | "join_name"}`
  | `option.${
    | "max_line"
    | "max_frame"
    | "max_pending"
    | "max_pending_total"
    | "stall"
    | "handshake"
    | "silence"
    | "max_connections"
    | "max_per_address"
    | "accept_pause"
    | "drain"}`
  | `example.${
    | "server"
    | "server_lan"
    | "server_port"
    | "client"
    | "client_name"
    | "client_pipe"
    | "client_send"
    | "client_tls"
    | "client_several"
    | "server_join"
    | "server_tls"
    | "nc"}`;

/** What the program says of itself while it runs, and why it could not. */
type Program =
  | `server.${"listening" | "join" | "stopping" | "goes_on"}`
  | `server.${"fingerprint" | "no_password" | "no_tls" | "no_tls_no_password"}`
  | `client.${
    | "too_long"
    | "line_too_long"
    | "not_utf8"
    | "bad_frame"
    | "leaving_stops"
    | "unsent"
    | "uncertain"
    | "lost"
    | "lost_for"
    | "moved"
    | "restarted"
    | "again_in"
    | "connecting"
    | "password"
    | "more_pending"
    | "paste_too_long"
    | "send_lines"
    | "lines"
    | "input_unkept"
    | "first_sight.details"
    | "hub_unkept"}`
  | `failure.${
    | "address_in_use"
    | "address_not_available"
    | "no_permission"
    | "no_such_host"
    | "refused"
    | "unreachable"
    | "timed_out"
    | "not_a_hub"
    | "silent"
    | "turned_away"
    | "lost"
    | "password_wanted"
    | "wrong_password"
    | "other_room"
    | "log_file"
    | "no_such_file"
    | "unreadable_file"
    | "file_not_utf8"
    | "bad_password"
    | "bad_motd"
    | "certificate_unkept"
    | "kept_damaged"
    | "kept_expired"
    | "no_certificate"
    | "no_key"
    | "encrypted_key"
    | "unusable_key"
    | "other_key"
    | "certificate_expired"
    | "certificate_early"
    | "nameless_certificate"
    | "db_no_folder"
    | "db_no_file"
    | "db_no_access"
    | "db_no_room"
    | "db_not_history"
    | "db_newer"
    | "db_damaged"
    | "db_in_use"
    | "db_unusable"
    | "nats_unreachable"
    | "nats_unauthorized"
    | "nats_tls"
    | "nats_no_jetstream"
    | "nats_no_leader"
    | "nats_creds"
    | "nats_unusable"
    | "known_hubs"
    | "no_certificates"
    | "no_tls"
    | "speaks_tls"
    | "tls_changed"
    | "tls_declined"
    | "tls_expired"
    | "tls_failed"
    | "tls_impostor"
    | "tls_issuer"
    | "tls_other"
    | "tls_unknown"
    | "tls_unverified"
    | "unexpected"}`;

/** What is printed for other programs: the completions and the manual page. */
type Printed =
  | `usage.${"completions" | "man"}.${"summary" | "details"}`
  | `usage.${"completions" | "help"}.positionals`
  | `usage.${"no_shell" | "unknown_shell"}`
  | `example.${"completions_bash" | "completions_zsh" | "completions_fish" | "man" | "man_file"}`
  | `completions.${"about" | "now"}`
  | `completions.always_${"bash" | "zsh" | "fish" | "powershell"}`
  | `man.heading.${
    | "name"
    | "synopsis"
    | "description"
    | "subcommands"
    | "options"
    | "commands"
    | "moderators"
    | "environment"
    | "files"
    | "exit_status"
    | "examples"
    | "see_also"}`
  | `man.${"about.details" | "commands" | "say_slash" | "environment" | "files"}`
  | `man.variable.${
    | "language"
    | "no_color"
    | "term"
    | "notify"
    | "tmux"
    | "password"
    | "state"
    | "home"
    | "local_data"
    | "authorities"}`
  | `man.file.${"certificate" | "known_hubs" | "input_history"}`
  | `man.exit.${"done" | "failed" | "usage" | "refused" | "interrupted"}`;

/** Hubs that are announced on the network, and found there. */
type Discovery =
  | "option.announce"
  | "example.server_announce"
  | "usage.announce_loopback"
  | "server.announced"
  | `client.${
    | "looking"
    | "found_one"
    | "found_several"
    | "found_which"
    | "found_bad_choice"
    | "found_local"
    | "found_here"
    | "found_encrypted"
    | "found_password"
    | "left_out_unencrypted"
    | "left_out_version"
    | "password_kept_back"}`
  | "failure.no_hub_found";

/** What the doctor finds, and what it makes of that. */
type Doctor =
  | `usage.doctor.${"summary" | "details"}`
  | `option.${"doctor_name" | "doctor_tls"}`
  | `example.${"doctor" | "doctor_lan" | "doctor_tls"}`
  | `doctor.step.${
    | "name"
    | "way"
    | "tls"
    | "hub"
    | "password"}`
  | `doctor.${
    | "name_is"
    | "name_unknown"
    | "name_unanswered"
    | "way_connected"
    | "way_refused"
    | "way_unreachable"
    | "way_filtered"
    | "way_forbidden"
    | "way_failed"
    | "tls_certificate"
    | "tls_nameless"
    | "tls_issued_by"
    | "tls_self_issued"
    | "tls_by_named"
    | "tls_by_remembered"
    | "tls_by_file"
    | "tls_by_system"
    | "tls_distrusted"
    | "tls_none"
    | "tls_silent"
    | "tls_broken"
    | "hub_is"
    | "hub_latency"
    | "hub_people"
    | "hub_other"
    | "hub_says"
    | "talk_tls"
    | "talk_silent"
    | "talk_closed"
    | "stranger"
    | "stranger_says"
    | "password_none"
    | "password_right"
    | "password_wrong"
    | "password_wanted"}`
  | `doctor.service.${
    | "ssh"
    | "http"
    | "smtp"
    | "ftp"
    | "imap"
    | "pop3"
    | "irc"
    | "telnet"
    | "mysql"
    | "redis"
    | "memcached"
    | "nats"
    | "vnc"
    | "xmpp"
    | "rsync"
    | "rtsp"
    | "echo"
    | "ncat_chat"
    | "unknown"}`
  | `doctor.says.${
    | "well"
    | "well_old"
    | "join"
    | "password_right"
    | "password_unneeded"
    | "password_plain"
    | "ways_partly"
    | "unknown_host"
    | "unknown_short"
    | "no_dns"
    | "refused_here"
    | "refused"
    | "elsewhere"
    | "loopback_only"
    | "filtered"
    | "unreachable"
    | "forbidden"
    | "failed"
    | "silent"
    | "closed"
    | "stranger"
    | "tls_wanted"
    | "tls_wanted_remembered"
    | "tls_wanted_system"
    | "tls_wanted_shown"
    | "tls_wanted_unclear"
    | "not_tls"
    | "not_tls_unknown"
    | "tls_broken"
    | "tls_unknown"
    | "tls_changed"
    | "tls_other"
    | "tls_expired"
    | "tls_early"
    | "tls_name"
    | "tls_issuer"
    | "tls_impostor"
    | "tls_unverified"
    | "password_wanted"
    | "password_wrong"
    | "newer"
    | "older"
    | "server_full"
    | "address_full"
    | "banned"
    | "locked"
    | "cut_off"
    | "shutdown"
    | "bye"}`;

export type Key = Coded | Chat | Commands | Usage | Program | Printed | Discovery | Doctor;
export type Catalogue = Readonly<Record<Key, Sentence>>;
