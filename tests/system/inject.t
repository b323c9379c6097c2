#!/bin/bash
# Whatever system call of a login fails, in module, supervisor, their children or
# init: the login is refused and leaves nothing, or it is fully jailed; and the
# next one works. Likewise when one of them is killed in any row of the two step
# tables. tests/inject does it, and prints a table; `make check-inject` shows it,
# and lets every call fail, here it is every fourth.
#
# shellcheck disable=SC2031
export PROMISE_SECONDS=${PROMISE_SECONDS:-1800}
# shellcheck source=../lib/faults.sh
. "$(dirname "$0")/../lib/faults.sh"

service=inject
users=64 # so many logins at a time: mostly they wait for a jail's end
every=${INJECT_EVERY:-4}
[ -n "${TAP_PROMISE:-}" ] || exec 3>&1

a_system_call_that_fails() {
	needs_jail
	_make_users 2000
	_write_stack account session
	_inject --every "$every"
	[ "$(awk '$1 == "all" { print $3 }' "$scratch/table")" -ge 300 ]
}

# The jail lives already. What fails for the one who joins it, fails for nobody else.
a_system_call_that_fails_beside_a_session() {
	needs_jail
	_make_users 2000
	_write_stack account session
	_inject --join --every "$every"
}

# With no account line the session phase does it all. Who is in no group of
# customers is not jailed here, so that a lookup that fails must not lose one.
a_system_call_that_fails_where_groups_decide() {
	needs_jail
	_make_users own
	_write_stack session
	sed -i "s/^customers:.*/&$(printf ',inject%d' $(seq 0 $((users - 1))))/" /etc/group
	sed -i 's/^assign "rest".*/assign "rest" { policy = "unjailed" }/' /etc/jail.conf
	_inject --only module --every "$(((every + 1) / 2))"
}

# login(1) lends its terminal, and the host's network wants a scope: two rows of
# the session that the others do without.
a_system_call_that_fails_on_a_terminal_and_the_hosts_network() {
	needs_jail
	_make_users 2000
	service=login
	_write_stack account session
	sed -i 's/^assign "customers".*/assign "customers" { policy = "open"  plan = "customer" }/' \
		/etc/jail.conf
	_inject --host-network --only module --every "$(((every + 1) / 2))"
	fails grep -E '^module: (terminal|scope) +[0-9]+ +0 ' "$scratch/table"
}

# The supervisor dies of some, which are libconfuse's, and that is a refusal.
an_allocation_that_fails() {
	needs_jail
	_make_users 2000
	_write_stack account session
	_inject --memory --every "$((every + every / 2))"
}

# The first and the last call of each row are the last of their process.
a_process_that_is_killed_in_each_row() {
	needs_jail
	_make_users 2000
	_write_stack account session
	_inject --kill
}

# --- saying it ---------------------------------------------------------------

_make_users() { # GID|own
	local i uid file
	for file in /etc/passwd /etc/group /etc/jail.conf; do keep "$file"; done
	for ((i = 0; i < users; i++)); do
		uid=$((30000 + i))
		sed -i "/^inject$i:/d" /etc/passwd /etc/group
		echo "inject$i:x:$uid:${1/own/$uid}::/home/inject$i:/bin/sh" >>/etc/passwd
		echo "inject$i:x:$uid:" >>/etc/group
		install -d -m 700 -o "$uid" "/home/inject$i"
	done
}

_write_stack() { # KIND...: of the lines of pam_jail.so
	local kind
	rm -f "/etc/pam.d/$service"
	for kind in account session; do
		echo "$kind required pam_permit.so" >>"/etc/pam.d/$service"
	done
	for kind; do
		echo "$kind required pam_jail.so" >>"/etc/pam.d/$service"
	done
}

_inject() { # OPTION...
	local status=0 command=("$WORLD_CHECKOUT/build/tests/inject/inject" "$@" "$service" inject "$users")
	if [ "$service" = login ]; then # which is called on a terminal
		script -qec "${command[*]} >$scratch/table" /dev/null </dev/null >&2 || status=$?
	else
		"${command[@]}" >"$scratch/table" || status=$?
	fi
	sed 's/^/# /' "$scratch/table" >&3
	cat "$scratch/table"
	return "$status"
}

run_promises "$@"
