# shellcheck shell=bash
#
# For tests that log in: runs the test file on the private test host, whose
# users and ports are told in tests/world. UNJAILED=1 leaves pam_jail out of
# the PAM stacks; what tests a property of the jail is skipped then.
#
# shellcheck source=tap.sh
. "$(dirname "$0")/../lib/tap.sh"

if [ -z "${WORLD:-}" ]; then
	if [ "$(id -u)" != 0 ]; then
		[ -z "${MUST_RUN:-}" ] || exec echo "Bail out! needs root"
		exec echo "1..0 # SKIP needs root"
	fi
	exec "$(dirname "$0")/../world/run" ${UNJAILED:+--unjailed} "$0" "$@"
fi

needs_jail() {
	[ "$WORLD_JAILED" = no ] || return 0
	echo "SKIP: a property of the jail"
	exit 77
}

# One ssh login that runs a script: as USER SCRIPT [SSH_OPTION...]
as() {
	local user=$1 script=$2
	shift 2
	ssh -o BatchMode=yes "$@" "$user@world" "$script"
}

# The same user, but not by a login, so in no jail: for showing that an attempt
# which the jail must stop would work without it.
outside() { # USER SCRIPT
	setpriv --reuid="$1" --regid="$1" --init-groups --reset-env \
		sh -c "cd; $2"
}

# Most attempts must work outside and fail inside; saying both keeps a test
# from passing because the attempt itself was broken. Under UNJAILED=1 only the
# first half can be shown, and is.
works_outside_fails_inside() { # USER SCRIPT
	outside "$1" "$2" || fail "even outside the jail: $2"
	[ "$WORLD_JAILED" = no ] || fails as "$1" "$2"
}

# What SCRIPT prints outside has a line like PATTERN, and inside it has none.
seen_outside_not_inside() { # USER PATTERN SCRIPT
	outside "$1" "$3" | _has "$2" || fail "not seen even outside: $2"
	[ "$WORLD_JAILED" = no ] || _does_not_see "$@"
}

seen_by_one_not_by_other() { # OWNER USER PATTERN SCRIPT
	as "$1" "$4" | _has "$3" || fail "not seen even by $1: $3"
	[ "$WORLD_JAILED" = no ] || _does_not_see "$2" "$3" "$4"
}

# An empty output would prove nothing about what is missing from it.
_does_not_see() { # USER PATTERN SCRIPT
	as "$1" "$3; echo; echo complete" >"$scratch/inside"
	_has '^complete$' <"$scratch/inside"
	fails _has "$2" <"$scratch/inside"
}

# Reads to the end, unlike grep -q: a writer killed by SIGPIPE is no result.
_has() { # PATTERN
	grep -e "$1" >/dev/null
}

# An ssh connection without a command, kept until the promise ends. OPTIONS are
# ssh's; the control socket is $scratch/NAME.
connect() { # NAME USER OPTIONS...
	local name=$1 user=$2
	shift 2
	background ssh -o BatchMode=yes -o ExitOnForwardFailure=yes -N -M \
		-S "$scratch/$name" "$@" "$user@world"
	wait_for ssh -S "$scratch/$name" -O check world
	within "$name" true # authenticated is not yet in: now the session is open
}

# Another session in that connection.
within() { # NAME SCRIPT
	ssh -S "$scratch/$1" world "$2"
}

# A small server inside a session, which answers "hello from ITS-NAME": kept
# until the promise ends. Prints nothing; $listen_port is its port.
listen_as() { # USER NAME [PORT]
	background ssh -T -o BatchMode=yes "$1@world" \
		"perl - ${2} ${3:-0}" <"$WORLD_CHECKOUT/tests/helpers/listen.pl" \
		>"$scratch/port-$2"
	wait_for test -s "$scratch/port-$2"
	listen_port=$(cat "$scratch/port-$2")
	export listen_port
}

listen_on_the_host() { # NAME [PORT]
	background perl "$WORLD_CHECKOUT/tests/helpers/listen.pl" "$1" "${2:-0}" \
		>"$scratch/port-$1"
	wait_for test -s "$scratch/port-$1"
	listen_port=$(cat "$scratch/port-$1")
	export listen_port
}

# A script for either side: says what the server on that port says.
ask() { # PORT
	echo "bash -c 'exec 3<>/dev/tcp/127.0.0.1/$1 && head -n 1 <&3'"
}

export namespaces='cd /proc/self/ns && readlink cgroup ipc mnt net pid uts'

# The log from here on: marked first, then searched.
mark_log() {
	log_mark=$(wc -l <"$WORLD_LOG")
}

logged() { # PATTERN
	log_since_mark | grep -q -E -e "$1"
}

log_since_mark() {
	tail -n "+$((log_mark + 1))" "$WORLD_LOG"
}

has_no_process() { # USER
	! pgrep -u "$1"
}

# The pids of sshd's root processes, one for each connection of the user.
monitors_of() { # USER
	pgrep -f "^sshd: $1 \[priv\]"
}

supervisors() {
	pgrep -x jail-supervisor || pgrep -x jail-superviso # 15 letters of a name
}

# PID 1 of the jail that a process is in, as the host numbers it.
init_of_jail() { # PID
	local wanted process
	wanted=$(readlink "/proc/$1/ns/pid")
	for process in /proc/[0-9]*; do
		[ "$(readlink "$process/ns/pid")" = "$wanted" ] || continue
		! awk '$1 == "NSpid:" { exit $NF != 1 }' "$process/status" || basename "$process"
	done 2>/dev/null
}

# Everything alive that still speaks of a jail of the user, a line each;
# NAMESPACEs are told as readlink shows them.
life_of() { # USER NAMESPACE...
	local user=$1 namespace
	shift
	pgrep -a -u "$user"
	supervisors
	monitors_of "$user"
	grep -E "$user|/$(id -u "$user")" /proc/self/mountinfo
	for namespace; do
		find /proc/[0-9]*/ns /proc/[0-9]*/fd -lname "$namespace" 2>/dev/null
	done
	return 0
}

# And what is left on file systems. The directory of the user's plan may stay,
# for it outlives logins; the leaf of a jail below it may not.
traces_of() { # USER NAMESPACE...
	local uid
	uid=$(id -u "$1")
	life_of "$@"
	find /sys/fs/cgroup -type d -path "*/pam_jail/$uid/*"
	find "/run/pam_jail/$uid" -mindepth 1 2>/dev/null
	return 0
}

gone_within_5_s() { # USER NAMESPACE...
	nothing_within_5_s traces_of "$@"
}

nothing_within_5_s() { # COMMAND...: that prints what should not be
	local - left end=$((SECONDS + 6))
	set +x
	while left=$("$@") && [ -n "$left" ]; do
		[ "$SECONDS" -lt "$end" ] || fail "left after 5 s: $left"
		sleep 0.05
	done
}

# Runs COMMAND on a terminal; standard input is the dialogue (terminal.exp).
on_terminal() { # COMMAND...
	expect -f "$WORLD_CHECKOUT/tests/helpers/terminal.exp" -- "$@"
}
