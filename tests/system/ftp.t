#!/bin/bash
# FTP: vsftpd's sessions are jailed, and list, get, put, rename, delete work.
# shellcheck source=../lib/world.sh
. "$(dirname "$0")/../lib/world.sh"

curl_passive() {
	_curl_does_everything "ftp://world:$WORLD_FTP_PORT"
}

curl_active() {
	_curl_does_everything "ftp://world:$WORLD_FTP_PORT" --ftp-port 127.0.0.1
}

curl_passive_over_tls() {
	_curl_does_everything "ftp://world:$WORLD_FTPS_PORT" --ssl-reqd --cacert /etc/ssl/world.pem
}

lftp_passive() {
	_lftp_does_everything "$WORLD_FTP_PORT" "set ftp:ssl-allow no; set ftp:passive-mode yes"
}

lftp_active() {
	_lftp_does_everything "$WORLD_FTP_PORT" "set ftp:ssl-allow no; set ftp:passive-mode no"
}

lftp_passive_over_tls() {
	_lftp_does_everything "$WORLD_FTPS_PORT" "set ftp:ssl-force yes; set ftp:ssl-protect-data yes;
		set ssl:ca-file /etc/ssl/world.pem; set ftp:passive-mode yes"
}

# Not with curl: 7.88 fails in this case by itself ("sa_addr inet_ntop() failed").
lftp_active_over_tls() {
	_lftp_does_everything "$WORLD_FTPS_PORT" "set ftp:ssl-force yes; set ftp:ssl-protect-data yes;
		set ssl:ca-file /etc/ssl/world.pem; set ftp:passive-mode no"
}

lftp_mirrors_a_tree_with_parallel_sessions() {
	local i
	mkdir -p "$scratch/tree/sub"
	for i in $(seq 20); do
		head -c 100K /dev/urandom >"$scratch/tree/sub/$i"
	done
	_lftp "$WORLD_FTP_PORT" "set ftp:ssl-allow no; rm -rf mirrored;
		mirror -R --parallel=4 $scratch/tree mirrored;
		mirror --parallel=4 mirrored $scratch/back"
	diff -r "$scratch/tree" "$scratch/back"
	diff -r "$scratch/tree" /home/carol/mirrored
}

a_customer_with_a_shell_uses_ftp_too() {
	echo text >"$scratch/file"
	curl -sS -u "alice:$WORLD_PASSWORD" -T "$scratch/file" "ftp://world:$WORLD_FTP_PORT/by-ftp"
	is "$(as alice 'cat by-ftp')" text
}

a_wrong_password_is_refused() {
	status_is 67 curl -sS -u carol:wrong "ftp://world:$WORLD_FTP_PORT/"
}

ftp_sees_the_image_and_not_the_host() {
	needs_jail
	local url=ftp://world:$WORLD_FTP_PORT
	_curl "$url//etc/passwd" >"$scratch/passwd"
	grep -q ^carol: "$scratch/passwd"
	fails grep ^bob: "$scratch/passwd"
	fails _curl "$url//etc/shadow"
	fails _curl "$url//proc/1/root/etc/passwd"
	_curl -l "$url//home/" >"$scratch/homes"
	is "$(tr -d '\r' <"$scratch/homes")" carol
}

# Looked at from the host, not asked from inside: the process that serves the
# user's commands is in the jail and holds no power at all.
the_process_that_serves_the_user_is_jailed_and_powerless() {
	local pid
	_log_in_and_stay
	pid=$(pgrep -n -u carol vsftpd)
	grep -q '^CapPrm:	0*$' "/proc/$pid/status"
	grep -q '^CapEff:	0*$' "/proc/$pid/status"
	needs_jail
	grep -q '^CapBnd:	0*$' "/proc/$pid/status"
	grep -q '^NoNewPrivs:	1$' "/proc/$pid/status"
	grep -q '^Seccomp:	2$' "/proc/$pid/status"
	_in_the_jail "$pid" mnt pid ipc uts cgroup
}

# Its parent makes the data sockets, so it keeps the network of the host.
its_root_parent_is_in_the_jail_as_well() {
	needs_jail
	local pid
	_log_in_and_stay
	pid=$(ps -o ppid= -p "$(pgrep -n -u carol vsftpd)" | tr -d ' ')
	_in_the_jail "$pid" mnt ipc uts cgroup
	grep -q '^NoNewPrivs:	1$' "/proc/$pid/status"
	grep -q '^Seccomp:	2$' "/proc/$pid/status"
	is "$(readlink "/proc/$pid/ns/net")" "$(readlink /proc/self/ns/net)"
	fails test -e "/proc/$pid/root$WORLD_LOG"
}

_curl() { # ARGUMENT...
	curl -sS -u "carol:$WORLD_PASSWORD" "$@"
}

_curl_does_everything() { # URL OPTION...
	local url=$1
	shift
	head -c 3M /dev/urandom >"$scratch/file"
	rm -f /home/carol/*
	_curl "$@" -T "$scratch/file" "$url/put"
	cmp "$scratch/file" /home/carol/put
	is "$(stat -c %U /home/carol/put)" carol
	_curl "$@" "$url/put" | cmp - "$scratch/file"
	_curl "$@" -Q "RNFR put" -Q "RNTO renamed" -l "$url/" | grep -x $'renamed\r\\?'
	_curl "$@" "$url/" | grep -q ' renamed'
	_curl "$@" -Q "DELE renamed" "$url/" >"$scratch/listing"
	is "$(ls /home/carol)" ""
	fails _curl "$@" "$url/missing"
}

_lftp() { # PORT SCRIPT
	lftp -c "set cmd:fail-exit yes; set net:max-retries 1; set net:timeout 20;
		open -u carol,$WORLD_PASSWORD -p $1 world; $2"
}

_lftp_does_everything() { # PORT SETTINGS
	head -c 3M /dev/urandom >"$scratch/file"
	rm -rf /home/carol/*
	_lftp "$1" "$2; mkdir dir; put $scratch/file -o dir/put; mv dir/put dir/renamed;
		cls -1 dir; get dir/renamed -o $scratch/got; rm dir/renamed; rmdir dir" >"$scratch/listing"
	cmp "$scratch/file" "$scratch/got"
	is "$(cat "$scratch/listing")" dir/renamed
	is "$(ls /home/carol)" ""
	fails _lftp "$1" "$2; get missing -o $scratch/x"
}

# On descriptor 5 until the promise ends.
_log_in_and_stay() {
	exec 5<>"/dev/tcp/127.0.0.1/$WORLD_FTP_PORT"
	_reply 220
	printf 'USER carol\r\n' >&5
	_reply 331
	printf 'PASS %s\r\n' "$WORLD_PASSWORD" >&5
	_reply 230
}

_reply() { # CODE
	local line
	read -r -t 30 line <&5
	is "${line%% *}" "$1"
}

_in_the_jail() { # PID NAMESPACE...
	local pid=$1 init namespace
	shift
	init=$(init_of_jail "$(pgrep -n -u carol vsftpd)")
	for namespace; do
		is "$(readlink "/proc/$pid/ns/$namespace")" "$(readlink "/proc/$init/ns/$namespace")"
		isnt "$(readlink "/proc/$pid/ns/$namespace")" "$(readlink "/proc/self/ns/$namespace")"
	done
}

run_promises "$@"
