#!/bin/bash
# su, login and cron are logins as well: they end up in the same jail.
# shellcheck source=../lib/world.sh
. "$(dirname "$0")/../lib/world.sh"

su_runs_a_command_as_the_user() {
	is "$(su alice -c 'id -un')" alice
	is "$(su - alice -c 'pwd')" /home/alice
	status_is 4 su alice -c 'exit 4'
	status_is 4 su - alice -c 'exit 4'
}

# Both take them before they call PAM, on the host.
su_and_login_leave_the_user_in_the_users_groups() {
	is "$(su alice -c 'id -G')" "2001 2000"
	on_terminal login alice <<-END
		must "Password: "
		send "$WORLD_PASSWORD\r"
		must "$ "
		send {echo groups: \$(id -G); exit 0}
		send "\r"
		must "groups: 2001 2000"
		ends 0
	END
}

su_joins_the_jail_of_the_ssh_session() {
	connect other alice
	is "$(su alice -c "$namespaces")" "$(within other "$namespaces")"
	is "$(su - alice -c "$namespaces")" "$(within other "$namespaces")"
}

su_gives_a_shell_on_a_terminal() {
	on_terminal su - alice <<-'END'
		must "$ "
		send {echo I am $(id -un); exit 8}
		send "\r"
		must "I am alice"
		ends 8
	END
}

# The descriptors of su's caller reach the user's shell: a directory of the host
# is a way out, and a file is at least not closed by anybody.
su_with_an_open_directory_is_refused() {
	needs_jail
	mark_log
	fails su alice -c 'ls /proc/self/fd/7/etc' 7</
	logged 'descriptor'
	is "$(su alice -c 'id -un' 7</etc/shadow)" alice
	fails su alice -c 'cat <&7' 7</etc/shadow
}

login_gives_a_shell_on_a_terminal() {
	on_terminal login alice <<-END
		must "Password: "
		send "$WORLD_PASSWORD\r"
		must "$ "
		send {echo I am \$(id -un); exit 0}
		send "\r"
		must "I am alice"
		ends 0
	END
}

login_joins_the_jail_of_the_ssh_session() {
	connect other alice
	within other "$namespaces" >"$scratch/wanted"
	on_terminal login -f alice <<-'END'
		must "$ "
		send "cd /proc/self/ns && readlink cgroup ipc mnt net pid uts >~/login-ns; exit\r"
		ends 0
	END
	is "$(cat /home/alice/login-ns)" "$(cat "$scratch/wanted")"
}

# @reboot: the job runs when cron starts, not at the next full minute.
cron_runs_jobs_in_the_jail() {
	connect other alice
	rm -f /run/crond.reboot
	printf '@reboot { id -un; %s; } >~/cron-out && mv ~/cron-out ~/cron-done\n' \
		"$namespaces" | crontab -u alice -
	background cron -f
	wait_for test -e /home/alice/cron-done
	is "$(cat /home/alice/cron-done)" "$(within other "id -un; $namespaces")"
}

run_promises "$@"
