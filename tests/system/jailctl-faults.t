#!/bin/bash
# jailctl, each of whose system calls fails once: it says what failed, or does its
# work whole; it never crashes, and never runs a command on the host.
# strace(1) makes the calls fail: not those of the loader, which come before main().
# shellcheck source=../lib/world.sh
. "$(dirname "$0")/../lib/world.sh"

[ "$WORLD_JAILED" != no ] || exec echo "1..0 # SKIP about jails"

every=${FAULTS_EVERY:-3} # 1: each call, which takes some minutes

# "NAME FIRST LAST" for the calls of a command after its first fcntl(2), which is
# main()'s: the FIRST to the LAST of that name, in the process with the most. Not
# those that cannot fail so: brk(2) says it by the old break, close(2) closes all the
# same, mmap(2) is mostly the loader's, futex(2) and signal masks do not fail, and
# fcntl(2) is a look at 0, 1 and 2, without which there is nowhere to say anything.
_calls() { # COMMAND...
	set -- strace -f -o "$scratch/trace" "$@"
	[ -z "${terminal:-}" ] || set -- script -qec "$(printf '%q ' "$@")" /dev/null
	"$@" >"$scratch/whole" 2>"$scratch/err" </dev/null || [ $? = 3 ] || return 1
	awk -v never="^(${never:-})\$" '
		{ name = $2; sub(/\(.*/, "", name) }
		!match($2, /^[a-z][a-z0-9_]*\(/) || name ~ /^(exit|exit_group|execve|rt_sig.*|brk|mmap|close|futex)$/ || name ~ never { next }
		{ count[$1, name]++; here[$1] = 1 }
		count[$1, name] > last[name] { last[name] = count[$1, name] }
		main == "" { first[name]++ }
		name == "fcntl" && main == "" { main = $1; first[name]-- }
		END {
			delete last["fcntl"]
			for (name in last) print name, first[name] + 1, last[name]
		}
	' "$scratch/trace" | sort
}

# The N-th call of NAME fails; sets $status.
_run_with_fault() { # NAME N COMMAND...
	local name=$1 number=$2
	shift 2
	status=0
	set -- timeout 60 strace -f -qq -o "$scratch/trace" \
		-e "inject=$name:error=EIO:when=$number" "$@"
	if [ -n "${terminal:-}" ]; then # what it says comes out of the terminal
		set -- script -qec "$(printf '%q ' "$@")" /dev/null
	fi
	"$@" >"$scratch/out" 2>"$scratch/err" </dev/null || status=$?
}

_in_words() { # NAME N
	isnt "$(tr -d '\r' <"$scratch/out")" "${host:-none}"
	case $status in
	0)
		[ -n "${less:-}" ] || [ "$(wc -l <"$scratch/out")" -ge "$(wc -l <"$scratch/whole")" ] ||
			fail "$1 $2: less than the whole: $(cat "$scratch/out")"
		;;
	129) [ -n "${terminal:-}" ] ;; # it hung up
	1 | 3 | 4 | 125 | 126 | 127 | 137)
		[ -s "$scratch/err" ] || [ -s "$scratch/out" ] || [ "$1 $2" = "${mute:-}" ] ||
			fail "$1 $2: status $status without a word"
		;;
	*) fail "$1 $2: status $status: $(cat "$scratch/err")" ;;
	esac
}

_each_call_fails() { # COMMAND...
	local - name first last number turn=0 runs=0
	set +x
	_calls "$@" >"$scratch/calls" || fail "without a fault: $(cat "$scratch/err")"
	while read -r name first last; do
		for ((number = first; number <= last; number++)); do
			((turn++ % every == 0)) || continue
			_run_with_fault "$name" "$number" "$@"
			_in_words "$name" "$number"
			runs=$((runs + 1))
		done
	done <"$scratch/calls"
	echo "$runs faults"
	[ "$runs" -gt 0 ]
}

list_and_show_tell_all_or_say_why_not() {
	connect a alice
	connect b bob
	_each_call_fails jailctl list
	_each_call_fails jailctl list --json
	_each_call_fails jailctl show alice
	_each_call_fails jailctl who
	_each_call_fails jailctl ps alice
}

explain_and_check_tell_all_or_say_why_not() {
	_each_call_fails jailctl explain alice --service sshd
	_each_call_fails jailctl explain alice --json
	_each_call_fails jailctl explain alice --syscall read
	_each_call_fails jailctl explain alice --config /etc/jail.conf
	_each_call_fails jailctl check
	_each_call_fails jailctl version
	_each_call_fails jailctl version --json
}

kill_and_gc_do_it_or_say_why_not() {
	connect a alice
	as bob true
	wait_for _has_no_jail bob
	jailctl gc --dry-run | grep -E '^2002 +cgroup +would be removed$'
	_each_call_fails jailctl kill --dry-run alice
	_each_call_fails jailctl gc --dry-run
}

_has_no_jail() { # USER
	! jailctl show "$1" >/dev/null 2>&1
}

# Outside, in the controls and in the jail.
selftest_tries_all_or_says_why_not() {
	connect a alice
	# The bait waits; a child that is not reaped yet can be killed; nearly all of
	# prctl(2) is the crossing's, which inject.t lets fail, and of mprotect(2) the
	# loader's.
	never='pause|poll|kill|prctl|mprotect'
	mute='write 1' # of each of its processes: a complaint may be the first
	_each_call_fails jailctl selftest --only reboot alice
}

# Whatever fails: its mounts are not the host's.
exec_enters_the_jail_or_says_why_not() {
	connect a alice
	host=$(stat -L -c %i /proc/self/ns/mnt)
	_each_call_fails jailctl exec alice -- stat -L -c %i /proc/self/ns/mnt
}

exec_on_a_terminal_does_so_too() {
	connect a alice
	terminal=yes less=yes # EIO is how a terminal ends
	host=$(stat -L -c %i /proc/self/ns/mnt)
	_each_call_fails jailctl exec alice -- stat -L -c %i /proc/self/ns/mnt
}

run_promises "$@"
