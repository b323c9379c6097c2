#!/bin/bash
# PHP of a web server, launched by jailctl exec as the unit and the pool that are
# shipped as examples say, runs where the same customer's logins are.
# shellcheck source=../lib/faults.sh
. "$(dirname "$0")/../lib/faults.sh"

[ "$WORLD_JAILED" != no ] || exec echo "1..0 # SKIP about jails"

place=/srv/php/alice
examples=/usr/share/pam_jail/examples

# As jailctl(8) tells an administrator to.
_set_up() {
	install -d "$place"
	install -d -o alice -g www-data -m 2710 "$place/run"
	sed 's/USER/alice/' "$examples/php-fpm-pool.conf" >"$place/pool.conf"
	sed -i '/^policy "open"/i policy "web" { inherit = "customer"  image = "php-fpm"  mount "/srv/php/%u" { } }' \
		/etc/jail.conf
	sed -i '/^assign "ftp"/i assign "web" { user = {"alice"}  policy = "web" }' /etc/jail.conf
	install -d -o alice /home/alice/www
	cat >/home/alice/www/index.php <<-'END'
		<?php
		header('Content-Type: text/plain');
		echo 'ids ', posix_getuid(), ' ', implode(',', posix_getgroups()), "\n";
		foreach (['cgroup', 'ipc', 'mnt', 'net', 'pid', 'uts'] as $kind)
			echo readlink("/proc/self/ns/$kind"), "\n";
		echo file_exists('/srv/host') ? 'the host' : 'no host', "\n";
		echo @fsockopen('127.0.0.1', 2222) ? 'reached' : 'not reached', "\n";
		echo `id -un`;
		if (isset($_GET['wait'])) { touch('/home/alice/begun'); usleep(300000); echo "waited\n"; }
	END
	echo "for the host's eyes only" >/srv/host
}

# The words of ExecStart=, for alice, with the PHP that this host has.
_exec_start() {
	local fpm
	fpm=$(find /usr/sbin -name 'php-fpm[0-9]*')
	sed -n 's/^ExecStart=//p' "$examples/php-fpm-jail@.service" |
		sed "s|%i|alice|g; s|/usr/sbin/php-fpm[^ ]*|$fpm|"
}

# As systemd starts it, but for the cgroup: no terminal, no input, own session, no
# signal ignored.
_start() {
	# shellcheck disable=SC2046 # words of a command
	background env -i --default-signal PATH="$PATH" setsid $(_exec_start) \
		</dev/null >"${scratch:?}/journal" 2>&1
	pool=$!
	wait_for test -S "$place/run/fpm.sock"
}

# What the web server does: as the user www-data, from the host.
_request() { # [QUERY]
	env -i SCRIPT_FILENAME=/home/alice/www/index.php REQUEST_METHOD=GET \
		QUERY_STRING="${1:-}" \
		setpriv --reuid=www-data --regid=www-data --clear-groups \
		/usr/bin/cgi-fcgi -bind -connect "$place/run/fpm.sock"
}

_end() { # SIGNAL
	kill "-$1" "$pool"
	status_is 0 wait "$pool"
}

php_code_runs_in_the_jail_of_the_users_logins() {
	_start
	connect other alice
	_request >"$scratch/answer"
	grep '^ids 2001 2000,2001$\|^ids 2001 2001,2000$' "$scratch/answer"
	# shellcheck disable=SC2154 # world.sh's
	is "$(grep : "$scratch/answer" | grep -v '^Content')" "$(within other "$namespaces")"
	isnt "$(grep ^mnt: "$scratch/answer")" "$(readlink /proc/self/ns/mnt)"
	grep '^no host$' "$scratch/answer"
	grep '^alice$' "$scratch/answer" # and so do programs that it starts
	within other 'pgrep -f "php-fpm: pool"'
	_end TERM
}

# The host's sshd listens there.
php_code_does_not_reach_the_hosts_loopback() {
	listens=$(bash -c 'exec 3<>/dev/tcp/127.0.0.1/2222 && echo yes')
	is "$listens" yes
	_start
	_request | grep '^not reached$'
	_end TERM
}

# Master and workers: nothing of root's, and no power to become it.
no_process_of_the_pool_has_power() {
	_start
	_request
	pgrep -f '^php-fpm: ' >"$scratch/pids"
	[ "$(wc -l <"$scratch/pids")" -ge 2 ]
	while read -r pid; do
		is "$(awk '$1 == "Uid:" { print $2, $3, $4 }' "/proc/$pid/status")" \
			"2001 2001 2001"
		grep -E '^CapBnd:\s+0+$' "/proc/$pid/status"
		grep -E '^Seccomp:\s+2$' "/proc/$pid/status"
		grep -E "/pam_jail/2001(/|$)" "/proc/$pid/cgroup"
	done <"$scratch/pids"
	_end TERM
}

only_the_web_server_and_the_user_reach_the_pool() {
	_start
	_request | grep '^ids'
	fails setpriv --reuid=bob --regid=bob --init-groups \
		/usr/bin/cgi-fcgi -bind -connect "$place/run/fpm.sock"
	fails as alice "echo x >>$place/pool.conf"
	_end TERM
}

reloading_keeps_the_pool_in_its_jail() {
	_start
	_request >"$scratch/before"
	kill -USR2 "$pool"
	wait_for grep -q 'using inherited socket' "$scratch/journal"
	wait_for _request
	is "$(_request | grep :)" "$(grep : "$scratch/before")"
	_end TERM
}

stopping_lets_requests_finish() {
	rm -f /home/alice/begun
	_start
	_request wait=1 >"$scratch/answer" &
	wait_for test -e /home/alice/begun
	_end QUIT
	wait $!
	grep '^waited$' "$scratch/answer"
	wait_for has_no_process alice
}

the_exit_status_tells_whether_it_started() {
	keep "$place/pool.conf"
	echo 'nonsense = 1' >>"$place/pool.conf"
	# shellcheck disable=SC2046 # words of a command
	status_is 78 $(_exec_start)
}

a_pool_that_is_killed_outright_leaves_nothing() {
	_start
	_request
	kill -9 "$pool"
	wait_for has_no_process alice
	wait_for no_supervisor
}

if [ -z "${TAP_PROMISE:-}" ]; then
	jail-rootfs build php-fpm >/dev/null || exec echo "Bail out! no image php-fpm"
	_set_up
fi

run_promises "$@"
