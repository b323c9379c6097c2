#!/bin/bash
# The home is the user's: what it is, where it leads and whether it answers is
# hostile until looked at. Nobody else waits for it.
# shellcheck source=../lib/faults.sh
. "$(dirname "$0")/../lib/faults.sh"

# pam_mkhomedir and pam_env look into the home too, and would hang first.
_lonely_pam() {
	keep /etc/pam.d/sshd
	cat >/etc/pam.d/sshd <<-END
		auth required pam_permit.so
		account required pam_jail.so exempt=root,admin
		session required pam_jail.so exempt=root,admin
	END
}

_hang_home() {
	[ -e /dev/fuse ] || skip "no /dev/fuse"
	_lonely_pam
	background "$WORLD_CHECKOUT/build/tests/helpers/hung_fuse" /home/alice
	hung=$!
	finally umount --lazy /home/alice
	wait_for grep -q ' /home/alice fuse' /proc/mounts # a look would hang
}

a_hung_home_is_refused_in_bounded_time() {
	needs_jail
	baseline alice bob
	_hang_home
	mark_log
	background ssh -o BatchMode=yes alice@world true
	login=$!
	wait_for supervisor_of alice
	is_jailed bob # while alice waits
	status_is 254 wait "$login"
	wait_for logged 'refused.*user alice .*home: it did not answer'
	kill "$hung"
	umount --lazy /home/alice
	back_to_baseline
	is_jailed alice
}

# The child that hangs in the home has a copy of the supervisor's descriptors:
# with the listening socket among them, logins would queue for nobody.
a_supervisor_killed_while_the_home_hangs_has_a_successor() {
	needs_jail
	gone_within_5_s alice # the one to kill is the next one
	_hang_home
	background ssh -o BatchMode=yes alice@world true
	wait_for supervisor_of alice >"$scratch/supervisor"
	wait_for _has_a_child "$(cat "$scratch/supervisor")"
	kill -9 "$(cat "$scratch/supervisor")"
	umount --lazy /home/alice # the child hangs on
	is_jailed alice
}

# A missing directory, another's, a link that anybody could have made.
a_home_that_is_not_hers_is_refused() {
	needs_jail
	_lonely_pam
	mv /home/alice /home/away
	finally mv /home/away /home/alice
	_is_refused_for 'home: open /home/alice'
	ln -s away /home/alice
	finally rm -rf /home/alice
	chown -h alice /home/alice
	_is_refused_for 'home: .*symlink'
	rm /home/alice
	install -d -o bob /home/alice
	_is_refused_for 'home: /home/alice is owned by uid'
}

a_home_behind_a_link_of_roots_is_found() {
	needs_jail
	gone_within_5_s alice
	mkdir /srv/data
	mv /home/alice /srv/data/alice
	finally mv /srv/data/alice /home/alice
	ln -s /srv/data/alice /home/alice
	finally rm /home/alice
	is "$(as alice 'pwd; ls -d ~/.profile')" "$(printf '%s\n' /home/alice /home/alice/.profile)"
}

_is_refused_for() { # REASON
	gone_within_5_s alice
	mark_log
	fails as alice true
	wait_for logged "refused.*user alice .*$1"
}

_has_a_child() { # PID
	[ "$(pgrep -P "$1" | wc -l)" -ge 2 ] # init and the one that hangs
}

run_promises "$@"
