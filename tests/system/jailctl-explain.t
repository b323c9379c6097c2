#!/bin/bash
# jailctl explain and check: what jail.conf means, and what is wrong with it.
# shellcheck source=../lib/world.sh
. "$(dirname "$0")/../lib/world.sh"

[ "$WORLD_JAILED" != no ] || exec echo "1..0 # SKIP about jails"

explain_says_who_decided_and_where_values_come_from() {
	jailctl explain alice --service sshd >"$scratch/out"
	grep -E '^policy "customer" \{  # /etc/jail.conf:[0-9]+$' "$scratch/out"
	grep -E '^  memory_max = 1G  # /etc/jail.conf:[0-9]+, sets memory.max$' "$scratch/out"
	grep -E '^  seccomp = "base"  # preset' "$scratch/out"
	grep -E '^assign "customers" \{  # /etc/jail.conf:[0-9]+$' "$scratch/out"
}

what_explain_prints_leads_to_the_same_jail() {
	for user in alice erin carol; do
		jailctl explain "$user" >"$scratch/jail.conf"
		jailctl explain "$user" --config "$scratch/jail.conf" >"$scratch/again"
		is "$(_values "$scratch/again")" "$(_values "$scratch/jail.conf")"
	done
}

_values() { # FILE: without comments, which tell the file
	sed 's/ *#.*//' "$1"
}

the_service_decides_too() {
	jailctl explain carol --service vsftpd | grep '^policy "ftp"'
	jailctl explain carol --service sshd | grep '^policy "customer"'
}

another_policy_can_be_asked_for() {
	jailctl explain alice --policy open | grep -E '^  network = host'
	status_is 4 jailctl explain alice --policy no-such-policy
}

explain_prints_the_rows_that_are_compiled_in() {
	jailctl explain >"$scratch/out"
	for table in supervisor/build_steps.c libjail/enter_steps.c; do
		sed -n 's/^	{ "\([a-z-]*\)", ".*/\1/p' "$WORLD_CHECKOUT/$table" >"$scratch/names"
		test -s "$scratch/names"
		while read -r name; do
			grep -E "^# [ 0-9]+ (prepare|cross|seal|verify) +$name " "$scratch/out"
		done <"$scratch/names"
	done
}

a_refusal_is_a_no_with_its_reason() {
	status_is 1 jailctl explain admin >"$scratch/out"
	grep '^# refused: /etc/jail.conf:[0-9]*: assign "rest"' "$scratch/out"
}

a_number_is_no_user() {
	for name in 2001 0 1 +2001 0x7d1 '' -; do
		status_is 4 jailctl explain -- "$name"
	done
}

a_system_call_is_decided_by_a_line_of_the_list() {
	jailctl explain alice --syscall read >"$scratch/out"
	grep -E '^base.list:[0-9]+: read  # ' "$scratch/out"
	grep -x 'read is allowed' "$scratch/out"
	status_is 1 jailctl explain alice --syscall ptrace >"$scratch/out"
	grep -E '^base.list:[0-9]+: ptrace EPERM  # ' "$scratch/out"
	grep -x 'ptrace is refused' "$scratch/out"
	status_is 0 jailctl explain alice --syscall ioctl >"$scratch/out"
	grep 'TIOCSTI' "$scratch/out"
	grep base.list "$scratch/out" | tail -n 1 | grep -E '^base.list:[0-9]+: ioctl  # '
	grep '^ioctl depends on its arguments' "$scratch/out"
	status_is 1 jailctl explain alice --syscall acct
	status_is 1 jailctl explain alice --syscall rtas >"$scratch/out" # of another architecture
	grep -x 'no line names it: ENOSYS' "$scratch/out"
	status_is 4 jailctl explain alice --syscall no_such_call
	jailctl explain greta --syscall ptrace | grep -E '^build.list:[0-9]+: ptrace  # '
	jailctl explain greta --syscall ptrace --json | grep '"verdict": "allowed"'
}

a_system_call_is_asked_of_a_policy_or_of_somebody_jailed() {
	jailctl explain --policy build --syscall ptrace | grep -x 'ptrace is allowed'
	status_is 1 jailctl explain --policy customer --syscall ptrace
	status_is 4 jailctl explain --policy no-such-policy --syscall ptrace
	status_is 2 jailctl explain --syscall ptrace
	status_is 1 jailctl explain admin --syscall ptrace 2>"$scratch/err"
	grep 'user admin is not jailed: jailctl explain admin$' "$scratch/err"
}

what_only_reports_is_said_to_protect_nothing() {
	sed '/dev/d; /build/d; s/^policy "customer".*/policy "customer" {\n\tseccomp_mode = log }/' \
		/etc/jail.conf >"$scratch/jail.conf"
	status_is 3 jailctl check "$scratch/jail.conf" >"$scratch/out"
	grep -E 'jail.conf:[0-9]+: policy "customer": seccomp_mode = log: .* protects nothing$' \
		"$scratch/out"
	jailctl explain alice --config "$scratch/jail.conf" >"$scratch/out"
	grep -E '# warning: seccomp_mode = log: .* protects nothing$' "$scratch/out"
	jailctl explain alice --config "$scratch/jail.conf" --syscall ptrace >"$scratch/out"
	grep 'nothing is refused, only reported' "$scratch/out"
}

explain_as_json_says_the_same() {
	jailctl explain erin --json >"$scratch/json"
	python3 - "$scratch/json" <<-'END'
		import json, sys
		d = json.load(open(sys.argv[1]))
		assert d["schema_version"] == 1 and d["verdict"] == "jailed"
		assert d["policy"]["name"] == "open" and d["plan"]["name"] == "lingering"
		assert d["policy"]["decided_by"]["assign"] == "lingering"
		linger = d["plan"]["options"]["linger"]
		assert linger["value"] == "1h" and linger["origin"].startswith("/etc/jail.conf:")
		assert [s["name"] for s in d["enter_steps"]][0] == "ask"
	END
	status_is 1 jailctl explain admin --json >"$scratch/json"
	grep '"verdict": "refused"' "$scratch/json"
	jailctl explain --json >"$scratch/json"
	is "$(grep -c '"name"' "$scratch/json")" "$(jailctl explain | grep -cE '^# [ 0-9]+ [a-z]+ +[a-z]')"
}

# What the log tells to run works as it stands there.
a_refusal_in_the_log_ends_with_the_command_that_explains_it() {
	cp /etc/jail.conf "$scratch/kept"
	sed -i 's/^assign "customers".*/assign "customers" { user = {"bob"}  policy = "refuse" }/' \
		/etc/jail.conf
	mark_log
	fails as bob true
	cp "$scratch/kept" /etc/jail.conf
	command=$(tail -n "+$((log_mark + 1))" "$WORLD_LOG" |
		sed -n 's/.*refused.*see: \(jailctl explain .*\)$/\1/p' | head -n 1)
	is "$command" "jailctl explain bob --service sshd"
	$command
}

check_says_yes_to_a_good_file() {
	cp /etc/jail.conf "$scratch/jail.conf"
	sed -i '/dev/d; /build/d' "$scratch/jail.conf"
	jailctl check "$scratch/jail.conf" | grep ' is in order: .* policies, 2 plans, '
	is "$(jailctl check -q "$scratch/jail.conf")" ""
}

check_names_file_and_line_of_a_mistake() {
	printf 'policy "x" { image = "shell" }\n\nplan "x" { memory_max = 2X }\n' \
		>"$scratch/jail.conf"
	status_is 3 jailctl check "$scratch/jail.conf" >"$scratch/out"
	grep -F "$scratch/jail.conf:3: " "$scratch/out" | grep memory_max
	status_is 3 jailctl check --json "$scratch/jail.conf" >"$scratch/out"
	python3 -c 'import json, sys; [p] = json.load(sys.stdin)["problems"]; assert ":3: " in p' \
		<"$scratch/out"
}

check_says_which_image_and_which_list_are_missing() {
	cp /etc/jail.conf "$scratch/kept"
	cat >/etc/jail.conf <<-'END'
		policy "a" { image = "nowhere" }
		policy "b" { image = "shell"
			seccomp = "nothing" }
		policy "unused" { image = "nowhere-else" }
		plan "default" { }
		assign "a" { user = {"alice"}  policy = "a" }
		assign "b" { policy = "b" }
	END
	status_is 3 jailctl check >"$scratch/out" || status=$?
	cp "$scratch/kept" /etc/jail.conf
	[ -z "${status:-}" ]
	grep '^/etc/jail.conf:1: policy "a": .*nowhere.*jail-rootfs build' "$scratch/out"
	grep '^/etc/jail.conf:3: policy "b": .*nothing' "$scratch/out"
	is "$(wc -l <"$scratch/out")" 2
}

check_reads_a_tree_below_a_root() {
	mkdir -p "$scratch/root/etc/jail.conf.d" "$scratch/root/usr/share/pam_jail/policies/seccomp"
	cp "$WORLD_CHECKOUT"/policies/seccomp/*.list \
		"$scratch/root/usr/share/pam_jail/policies/seccomp"
	printf 'policy "x" { image = "x" }\nplan "default" { }\nassign "x" { policy = "x" }\n' \
		>"$scratch/root/etc/jail.conf"
	jailctl check --root "$scratch/root"
	jailctl explain alice --root "$scratch/root" | grep '^policy "x"'
	echo 'nonsense' >"$scratch/root/etc/jail.conf.d/late.conf"
	status_is 3 jailctl check --root "$scratch/root" >"$scratch/out"
	grep -F "$scratch/root/etc/jail.conf.d/late.conf:1: " "$scratch/out"
}

# A parser meets a file that somebody named without root's powers.
a_named_file_is_not_read_as_root() {
	cp /etc/jail.conf "$scratch/jail.conf"
	jailctl explain alice --config "$scratch/jail.conf" | grep '^policy "customer"'
	chmod 600 "$scratch/jail.conf"
	status_is 3 jailctl check "$scratch/jail.conf" >"$scratch/out"
	grep 'Permission denied' "$scratch/out"
	status_is 3 jailctl explain alice --config "$scratch/jail.conf"
}

# setresuid(2) and setuid(2) only seem to succeed.
a_named_file_is_not_read_by_who_can_be_root_again() {
	cp /etc/jail.conf "$scratch/jail.conf"
	for call in setresuid setuid; do
		status_is 1 env ASAN_OPTIONS=detect_leaks=0 strace -qq -o "$scratch/trace" -e "inject=$call:retval=0" \
			jailctl explain alice --config "$scratch/jail.conf" >"$scratch/out" 2>&1
		is "$(cat "$scratch/out")" "jailctl: root's powers cannot be given up"
		fails grep -F "$scratch/jail.conf\", O_RDONLY" "$scratch/trace"
	done
}

a_root_that_is_too_long_is_not_cut_short() {
	printf -v long '/%04090d' 0
	status_is 1 jailctl explain alice --root "$long" 2>"$scratch/err"
	grep 'File name too long' "$scratch/err"
}

what_is_no_file_of_roots_is_refused() {
	mkfifo "$scratch/fifo"
	cp /etc/jail.conf "$scratch/alices"
	chown alice "$scratch/alices"
	ln -s /etc/jail.conf "$scratch/link"
	head -c 2000 /dev/urandom >"$scratch/random"
	for name in fifo alices link random missing; do
		status_is 3 timeout 10 jailctl check "$scratch/$name"
	done
	status_is 3 timeout 10 jailctl check /dev/zero
	status_is 3 timeout 10 jailctl check "$scratch"
}

anybody_may_ask_what_a_readable_file_means() {
	setpriv --reuid=2001 --regid=2001 --clear-groups jailctl explain bob |
		grep '^policy "customer"'
}

explain_as_json_tells_mounts_and_sockets() {
	cat >"$scratch/jail.conf" <<-'END'
		policy "places" {
			mount "/srv/%u" { target = "/www" read_only = yes }
			socket "/run/a.sock" { target = "/run/b.sock" }
		}
		plan "default" { }
		assign "all" { policy = "places" }
	END
	jailctl explain alice --config "$scratch/jail.conf" --json | python3 -c '
import json, sys
mount, socket = json.load(sys.stdin)["policy"]["places"]
assert mount["source"] == "/srv/alice" and mount["target"] == "/www" and mount["read_only"]
assert socket["kind"] == "socket" and socket["target"] == "/run/b.sock"
assert mount["origin"].endswith("jail.conf:2"), mount'
	sed -i 's/policy = "places"/policy = "unjailed"/' "$scratch/jail.conf"
	jailctl explain alice --config "$scratch/jail.conf" --json >"$scratch/out" || true
	grep '"unjailed"' "$scratch/out"
}

a_system_call_is_explained_as_json_too() {
	status_is 1 jailctl explain alice --service sshd --syscall keyctl --json >"$scratch/out"
	grep '"reason"' "$scratch/out"
	status_is 1 jailctl explain alice --service sshd --syscall io_uring_setup >"$scratch/out"
	grep ENOSYS "$scratch/out"
	status_is 4 jailctl explain alice --service sshd --syscall no_such_call
}

run_promises "$@"
