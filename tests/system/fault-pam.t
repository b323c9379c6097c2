#!/bin/bash
# The PAM lines: the escape hatch is one whatever else is broken, and a line
# that is missing, doubled or weakened leaves nobody outside.
# shellcheck source=../lib/faults.sh
. "$(dirname "$0")/../lib/faults.sh"

# And nobody else does without: for alice the groups decide.
# Without: pam_jail/pam_jail.c: s/return PAM_\(PERM_DENIED\|SYSTEM_ERR\);/return PAM_IGNORE;/
an_exempt_user_needs_no_group_lookup() {
	needs_jail
	keep /etc/group
	# More than a login can carry: as good as a directory that does not answer.
	for ((i = 0; i < 600; i++)); do
		echo "many$i:x:$((5000 + i)):admin,alice"
	done >>/etc/group
	is "$(as admin 'id -un')" admin
	status_is 255 as alice true
}

# Without CAP_SYS_RESOURCE and below our core limit, the session fails after the
# crossing; only the supervisor can still say so.
a_session_that_broke_inside_is_logged() {
	needs_jail
	connect alive alice
	another_sshd bash -c 'ulimit -c 0; exec setpriv --bounding-set=-sys_resource "$@"' -
	mark_log
	status_is 255 as alice true -p 2299
	wait_for logged 'broken: user alice service sshd .* rlimits: RLIMIT_CORE: Operation not permitted'
	is "$(within alive 'echo well')" well
}

the_module_twice_is_no_double_jail() {
	needs_jail
	baseline alice
	keep /etc/pam.d/sshd
	cat >>/etc/pam.d/sshd <<-END
		account required pam_jail.so exempt=root,admin
		session required pam_jail.so exempt=root,admin
	END
	mark_log
	is_jailed alice
	is "$(as admin 'id -un')" admin
	# A second admission would lie about for 20 s.
	back_to_baseline
	fails logged 'pam_jail.*(refused|broken)'
}

# sudo(8) asks for the account of who calls it, and opens the session of its target.
a_session_of_another_user_than_the_accounts_is_in_that_ones_jail() {
	needs_jail
	baseline alice bob
	printf '%s required pam_permit.so\n%s required pam_jail.so exempt=root,admin\n' \
		account account session session >/etc/pam.d/another
	finally rm /etc/pam.d/another
	is "$(_account_and_session alice bob)" $'opened\nbob'
	is "$(_account_and_session admin bob)" $'opened\nbob'
	back_to_baseline
}

_account_and_session() { # USER TARGET
	python3 "$WORLD_CHECKOUT/tests/helpers/pam_with_threads.py" "$1" 1 another "$2"
}

session_alone_jails() {
	needs_jail
	keep /etc/pam.d/sshd
	sed -i '/^account.*pam_jail/d' /etc/pam.d/sshd
	is_jailed alice
	is "$(as admin 'id -un')" admin
}

# It protects nothing, and says so: after the 20 s that an admission lasts.
account_alone_is_logged() {
	needs_jail
	keep /etc/pam.d/sshd
	sed -i '/^session.*pam_jail/d' /etc/pam.d/sshd
	mark_log
	connect idle alice
	wait_for logged 'user alice service sshd: admitted, and no session came .* is the session line of pam_jail.so missing in /etc/pam.d/sshd'
}

# PAM goes on after an optional module that refuses; who never entered the jail
# is then outside. The account line, still required, keeps this from happening.
optional_session_with_required_account_refuses() {
	needs_jail
	baseline alice
	keep /etc/pam.d/sshd
	keep /etc/jail.conf
	sed -i '/^session.*pam_jail/s/required/optional/' /etc/pam.d/sshd
	is_jailed alice
	: >/etc/jail.conf
	is_refused alice 'no assign gives user alice'
}

# With nothing but optional lines a refusal is not heard. A session that fails
# once it has begun to cross ends its process instead of asking.
optional_lines_never_hand_out_half_a_jail() {
	needs_jail
	keep /etc/pam.d/sshd
	sed -i '/pam_jail/s/required/optional/' /etc/pam.d/sshd
	is_jailed alice
	connect alive alice
	another_sshd setpriv --bounding-set=-sys_admin
	status_is 255 as alice true -p 2299
}

# One supervisor serves all services of a user; the PAM line's config= counts.
each_service_obeys_its_own_jail_conf() {
	needs_jail
	keep /etc/pam.d/sshd
	connect alive alice
	sed 's/"customer" { image/"customer" { hostname = "other" image/' /etc/jail.conf \
		>/etc/other.conf
	sed -i '/pam_jail/s|$| config=/etc/other.conf|' /etc/pam.d/sshd
	is "$(as alice hostname)" other
	is "$(within alive hostname)" alice
	echo 'assign "all" { policy = "refuse" }' >/etc/other.conf
	status_is 255 as alice true
}

# Several users in one process: no server does that, but nothing keeps an
# application from it. Root is exempt.
what_an_application_may_ask_in_any_order() {
	needs_jail
	printf 'session required %s\n' pam_permit.so "pam_jail.so exempt=root debug" \
		>/etc/pam.d/application
	python3 "$WORLD_CHECKOUT/tests/helpers/pam_application.py" application >"$scratch/said"
	is "$(cat "$scratch/said")" "nobody: refused
root: yes
a host name that is too long: refused
alice: yes
alice again: yes
bob in her jail: refused
alice in a child: refused"
}

run_promises "$@"
