#!/bin/bash
# What a login and its end rely on is changed under them: the state of other
# logins, the programs, the user's own entry.
# shellcheck source=../lib/faults.sh
. "$(dirname "$0")/../lib/faults.sh"

# As a crash, another version or another boot may have left it.
garbage_where_the_state_is() {
	needs_jail
	baseline alice
	mkdir -m 700 /run/pam_jail/2001
	for file in lock socket status status.new; do
		head -c 100 /dev/urandom >"/run/pam_jail/2001/$file"
	done
	is_jailed alice
	back_to_baseline
}

# Not being able to trust it is a refusal.
a_state_directory_of_somebody_else() {
	needs_jail
	baseline alice
	install -d -m 700 -o alice /run/pam_jail/2001
	finally rm -rf /run/pam_jail/2001
	mark_log
	status_is 255 as alice true
	wait_for logged "refused alice .*/run/pam_jail/2001 is not a directory of root's alone"
	is "$(as admin 'id -un')" admin
}

a_policy_that_is_removed_during_a_session() {
	needs_jail
	baseline alice
	keep /etc/jail.conf
	connect alive alice
	echo 'assign "all" { policy = "refuse" }' >/etc/jail.conf
	is "$(within alive 'id -un')" alice
	status_is 255 as alice true
	end_background
	back_to_baseline
}

a_user_that_is_removed_during_a_session() {
	needs_jail
	baseline alice
	keep /etc/passwd
	connect alive alice
	sed -i '/^alice:/d' /etc/passwd
	background within alive 'sleep 1000'
	wait_for pgrep -u 2001 -x sleep
	end_background
	back_to_baseline
}

# The jail knows one home. Who comes when it is empty gets a new jail.
a_home_that_moves_during_a_session() {
	needs_jail
	baseline alice
	keep /etc/passwd
	connect alive alice
	mv /home/alice /srv/alice
	finally mv /srv/alice /home/alice
	sed -i '/^alice:/s|:/home/alice:|:/srv/alice:|' /etc/passwd
	mark_log
	status_is 255 as alice true
	wait_for logged 'refused.*alice .*home: it moved from /home/alice to /srv/alice'
	is "$(within alive 'id -un')" alice
	end_background
	wait_for no_supervisor
	is "$(as alice pwd)" /srv/alice
}

# A package's upgrade puts new files in the place of those that run.
programs_that_are_replaced_during_a_session() {
	needs_jail
	baseline alice bob
	connect alive alice
	for file in /usr/libexec/pam_jail/{jail-supervisor,init} \
		/usr/lib/*/security/pam_jail.so /usr/share/pam_jail/policies/seccomp/*.list; do
		keep "$file"
		cp -a "$file" "$file.new"
		mv "$file.new" "$file"
	done
	is "$(within alive 'id -un')" alice
	is "$(as alice 'readlink /proc/self/ns/mnt')" "$(within alive 'readlink /proc/self/ns/mnt')"
	is_jailed bob
	end_background
	back_to_baseline
}

run_promises "$@"
