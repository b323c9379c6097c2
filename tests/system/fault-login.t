#!/bin/bash
# Logins that are odd, too many, too fast, or half done.
# shellcheck source=../lib/faults.sh
. "$(dirname "$0")/../lib/faults.sh"

# The jail's passwd knows one of them: the other would be nobody in there.
two_names_of_one_uid_do_not_share_a_jail() {
	needs_jail
	keep /etc/passwd
	keep /etc/shadow
	keep /etc/group
	sed -i 's/^alice\(:.*\)/&\nalicia\1/' /etc/passwd
	sed -i 's/^alice\(:.*\)/&\nalicia\1/' /etc/shadow
	sed -i 's/^customers:.*/&,alicia/' /etc/group
	connect alive alice
	mark_log
	status_is 255 as alicia true # by account: ssh -N would stay connected otherwise
	wait_for logged "refused.* alicia .*the jail of uid 2001 is user alice's"
	fails logged broken
	end_background
	wait_for no_supervisor
	is "$(as alicia 'id -un')" alicia
}

# What a jail was built for does not change with the passwd entry.
a_home_or_group_that_changed_is_refused_while_the_jail_lives() {
	needs_jail
	keep /etc/passwd
	connect alive alice
	_change_alice 's,/home/alice:,/home/alice.new:,' 'home: it moved from /home/alice to /home/alice.new'
	_change_alice 's/^\(alice:[^:]*:2001\):2001:/\1:2000:/' "the user's group changed from 2001 to 2000"
	is "$(as alice 'id -g')" 2001
}

_change_alice() { # SED LOG_PATTERN
	cp /etc/passwd "$scratch/passwd"
	sed -i "$1" /etc/passwd
	mark_log
	status_is 255 as alice true
	wait_for logged "refused.* alice .*$2"
	cp "$scratch/passwd" /etc/passwd
}

# Erin's jail lingers: what she was refused by must not be what she joins next.
a_jail_with_half_its_mounts_is_not_joined() {
	needs_jail
	mkdir -p /etc/jail.conf.d
	echo 'policy "open" { inherit = "customer" network = host
		mount "/srv/of-erin" { target = "/of-erin" } }' >/etc/jail.conf.d/open.conf
	finally rm /etc/jail.conf.d/open.conf
	mark_log
	status_is 254 as erin true
	wait_for logged 'refused.*user erin .*/srv/of-erin'
	mkdir /srv/of-erin
	finally end_jails_of erin
	finally rmdir /srv/of-erin
	is "$(as erin 'grep -c " /home/erin " /proc/mounts')" 1
}

# The lock of the user, and the one under which a host's first login makes the
# stub. A login waits some seconds for either, and goes on when its holder dies.
a_lock_that_is_held_refuses_in_bounded_time() {
	needs_jail
	baseline alice bob
	umount /run/pam_jail/stub
	_hold_lock /run/pam_jail
	mark_log
	status_is 255 as alice true
	wait_for logged 'refused.*user alice .*stub: lock /run/pam_jail: Connection timed out'
	kill "$holder"
	_hold_lock /run/pam_jail/2001/lock
	status_is 255 as alice true
	wait_for logged 'refused alice .*lock /run/pam_jail/2001/lock: Connection timed out'
	is_jailed bob
	kill -STOP "$holder"
	background ssh -o BatchMode=yes alice@world true
	kill -KILL "$holder"
	wait $!
	back_to_baseline
}

# flock(2) asks for no right to write: whoever can open a generation of an image,
# or the directory of the ids, could lock it and with it everybody's logins.
no_stranger_holds_what_all_logins_need() {
	needs_jail
	baseline alice
	for place in /var/lib/pam_jail /var/lib/pam_jail/images/shell/current; do
		flock --shared --nonblock "$place" true # other test hosts use the images, too
		fails outside bob "flock --shared --nonblock $place true"
	done
	is_jailed alice
}

# Erin's jail lingers, and its names and ids are of the day when it was built.
a_group_that_was_taken_away_is_gone_with_the_next_login() {
	needs_jail
	keep /etc/group
	echo 'secrets:x:2998:erin' >>/etc/group
	is "$(as erin 'id -Gn')" 'erin customers secrets'
	finally end_jails_of erin
	sed -i 's/^secrets:.*/secrets:x:2998:/' /etc/group
	wait_for _erin_is_gone
	is "$(as erin 'id -Gn')" 'erin customers'
}

_erin_is_gone() {
	[ -z "$(jailctl who erin -q)" ]
}

_hold_lock() { # FILE
	install -d -m 700 /run/pam_jail /run/pam_jail/2001
	background flock --no-fork "$1" sh -c 'echo held; exec sleep 1000' >"$scratch/held"
	holder=$!
	wait_for test -s "$scratch/held"
	: >"$scratch/held"
}

run_promises "$@"
