#!/bin/bash
# /dev/log of a jail: what is written there reaches the host's log, under the
# name of who wrote it, and within bounds.
# shellcheck source=../lib/faults.sh
. "$(dirname "$0")/../lib/faults.sh"

helper=$WORLD_CHECKOUT/build/tests/helpers/send_log

_give_helper() {
	needs_jail
	install -o alice -m 755 "$helper" /home/alice/send_log
	install -o erin -m 755 "$helper" /home/erin/send_log
	install -m 755 "$helper" /home/jailroot/send_log
	mark_log
}

a_line_from_inside_arrives_with_its_sender() {
	needs_jail
	connect alive alice
	mark_log
	background ssh -S "$scratch/alive" world 'exec perl -MSocket -e "
		socket(LOG, AF_UNIX, SOCK_DGRAM, 0) && connect(LOG, sockaddr_un(q(/dev/log))) or die;
		send(LOG, q(<12>a program[1]: hello), 0);
		sleep 1000"'
	wait_for logged 'user.warn jail\[[0-9]+\]: user alice uid 2001 pid [0-9]+ jail customer-[0-9a-f]+: a program\[1\]: hello'
	logged "user alice uid 2001 pid $(pgrep -u alice -x perl) jail .*: hello"
}

# sshd's own process, which is root's, and its child, which is the user's.
the_servers_last_lines_arrive() {
	needs_jail
	connect alive alice
	local monitor
	monitor=$(monitors_of alice)
	mark_log
	ssh -S "$scratch/alive" -O exit world
	wait_for logged "user alice uid 21[0-9]{8} pid $monitor jail [^ ]*: sshd\[$monitor\]: pam_unix\(sshd:session\): session closed for user alice"
	wait_for logged 'user alice uid 2001 pid [0-9]+ jail .* Disconnected from user alice 127.0.0.1'
}

the_lines_of_an_ftp_server_arrive() {
	[ -z "${SANITIZE:-}" ] || return 0 # it limits a process to 200 MB of addresses
	mark_log
	echo text >"$scratch/file"
	curl -sS -u "carol:$WORLD_PASSWORD" -T "$scratch/file" "ftp://world:$WORLD_FTP_PORT/logged"
	wait_for logged 'carol\] OK UPLOAD: .*/logged'
	wait_for logged 'vsftpd:session\): session closed for user carol'
}

_as_sshd='logger -p auth.info -t "sshd[1]" "Accepted password for root"'

a_tag_makes_nobody_else_of_the_sender() {
	mark_log
	outside alice "$_as_sshd"
	wait_for logged 'auth.info sshd\[1\]: Accepted password for root'
	needs_jail
	mark_log
	as alice "$_as_sshd"
	wait_for logged 'auth.info jail\[[0-9]+\]: user alice uid 2001 pid [0-9]+ jail .*: sshd\[1\]: Accepted'
	fails logged 'auth.info sshd\[1\]'
}

credentials_are_not_forged() {
	_give_helper
	"$helper" /dev/log as 1 0 <<<'<13>x: sent as another'
	wait_for logged 'x: sent as another'
	mark_log
	for user in alice jailroot; do
		status_is 1 as "$user" './send_log /dev/log as 1 0' <<<'<13>x: forged' >"$scratch/said"
		grep -q 'sendmsg: Operation not permitted' "$scratch/said"
		status_is 1 as "$user" './send_log /dev/log as $$ 2002' <<<'<13>x: forged'
		as "$user" 'logger then this'
	done
	wait_for logged 'user jailroot uid 0 .*then this'
	fails logged forged
}

a_text_is_one_line_and_no_terminals_code() {
	_give_helper
	# This host's syslogd takes a NUL for the end of a line.
	printf '<13>x: one\n\000<86>sshd[1]: two\033[31m' >"$scratch/text"
	outside alice "cat >text" <"$scratch/text"
	outside alice './send_log /dev/log 1 <text'
	wait_for logged 'authpriv.info sshd\[1\]: two'
	mark_log
	as alice './send_log /dev/log 1 <text'
	wait_for logged 'user.notice jail.* x: one\\x0a\\x00<86>sshd\[1\]: two\\x1b\[31m$'
	fails logged 'authpriv.info sshd\[1\]: two'
}

nobody_inside_shouts_or_speaks_for_the_kernel() {
	_give_helper
	as alice 'logger -p user.emerg to everybody'
	as alice './send_log /dev/log 1' <<<'<2>oops: from the kernel'
	as alice './send_log /dev/log 1' <<<'no <priority> at all'
	wait_for logged 'user.alert jail.*to everybody'
	wait_for logged 'user.crit jail.*oops: from the kernel'
	wait_for logged 'user.notice jail.*no <priority> at all'
}

the_socket_is_not_the_users_to_replace() {
	needs_jail
	local user change
	outside root 'touch /run/tried && ln -s x /run/other && rm /run/tried /run/other'
	for user in alice jailroot; do
		for change in 'rm -f /dev/log' 'rm -f /run/log' 'mv /run/log /run/log2' \
			'ln -sf /tmp /dev/log' 'chmod 0 /run/log' 'touch /run/log2' 'touch /dev/log2'; do
			fails as "$user" "$change"
		done
	done
	is "$(as alice 'readlink /dev/log; stat -c "%F %U %a" /run/log')" $'/run/log\nsocket root 666'
}

# What was sent arrives or is counted.
a_flood_is_cut_off_and_its_rest_counted() {
	_give_helper
	as alice './send_log /dev/log 3000' <<<'<13>x: flood'
	wait_for logged 'jail .* of user alice: [0-9]+ messages from inside were dropped'
	gone_within_5_s alice
	local arrived dropped
	arrived=$(log_since_mark | grep -c 'x: flood')
	dropped=$(log_since_mark |
		sed -n 's/.*alice: \([0-9]*\) messages from inside were dropped.*/+\1/p' | tr -d '\n')
	[ "$arrived" -ge 200 ]
	[ "$arrived" -lt 3000 ]
	[ "$((arrived + dropped))" -ge 3000 ]
	[ "$((arrived + dropped))" -le 3010 ] # beside it sshd's child has its say
}

a_flood_starves_nobody() {
	_give_helper
	connect flooding alice
	background ssh -S "$scratch/flooding" world './send_log /dev/log 1000000000' <<<'<13>x: flood'
	wait_for logged 'x: flood'
	connect other alice
	is "$(within other 'id -un')" alice
	jailctl list | grep -q alice
	ssh -S "$scratch/other" -O exit world
	# The user has spent everything; the server has not.
	wait_for logged "user alice uid 21[0-9]{8} pid [0-9]+ jail .*session closed for user alice"
	is "$(as bob 'logger from bob; id -un')" bob
	wait_for logged 'user bob uid 2002 .*from bob'
	end_background
	gone_within_5_s alice
}

what_the_plan_says_is_what_passes() {
	needs_jail
	_give_helper
	keep /etc/jail.conf
	sed -i 's/^plan "customer" *{/& log_lines = 1 log_bytes = 256/' /etc/jail.conf
	as alice './send_log /dev/log 1000' <<<'<13>x: flood'
	gone_within_5_s alice
	[ "$(log_since_mark | grep -c 'x: flood')" -lt 200 ]
}

# A descriptor whose last holder waits an hour in close(2).
descriptors_sent_along_hold_nobody_up() {
	_give_helper
	status_is 124 timeout 3 "$helper" held-up
	connect alive alice
	local i before
	before=$(_open_in "$(supervisor_of alice)")
	for i in 1 2 3; do
		background ssh -S "$scratch/alive" world './send_log /dev/log 1 0' <<<"<13>x: lingering $i"
	done
	wait_for _has_processes 3
	as alice 'logger and then'
	wait_for logged 'user alice uid 2001 .*and then'
	fails logged lingering
	jailctl list | grep -q alice
	wait_for _are_open "$before"
	end_background
	wait_for logged 'of user alice: 3 messages from inside were dropped'
	gone_within_5_s alice
}

_has_processes() { # COUNT
	[ "$(pgrep -c -u alice send_log)" = "$1" ]
}

_open_in() { # PID
	find "/proc/$1/fd" -type l | wc -l
}

_are_open() { # COUNT
	[ "$(_open_in "$(supervisor_of alice)")" = "$1" ]
}

# With the network of the host the other end of the connection outlives the jail;
# more of them are waiting than are looked at until it ends.
a_jail_that_ends_with_descriptors_in_its_log_leaves_nothing() {
	_give_helper
	_let_queue 512
	background perl -MIO::Socket::INET -e '
		my $listener = IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1") or die;
		syswrite STDOUT, $listener->sockport;
		sleep 1000' >"$scratch/port"
	wait_for test -s "$scratch/port"
	connect alive erin
	background ssh -S "$scratch/alive" world "./send_log /dev/log 400 $(cat "$scratch/port")" \
		<<<'<13>x: lingering' >"$scratch/said"
	wait_for grep -q sent "$scratch/said"
	jailctl kill erin
	gone_within_5_s erin
	is "$(as erin 'id -un')" erin
	jailctl kill erin
}

_let_queue() { # DATAGRAMS
	local file=/proc/sys/net/unix/max_dgram_qlen
	finally _write "$(cat "$file")" "$file"
	_write "$1" "$file"
}

_write() { # TEXT FILE
	echo "$1" >"$2"
}

a_log_that_is_restarted_is_found_again() {
	needs_jail
	connect alive alice
	_stop_syslog
	within alive 'logger into nowhere'
	is "$(as alice 'id -un')" alice
	_start_syslog
	mark_log
	within alive 'logger found again'
	wait_for logged 'user alice uid 2001 .*found again'
}

a_log_that_takes_nothing_holds_nobody_up() {
	needs_jail
	connect alive alice
	local syslog
	syslog=$(pgrep -x -f 'busybox syslogd .*')
	kill -STOP "$syslog"
	finally kill -CONT "$syslog"
	perl -MIO::Socket::UNIX -e '$s = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Peer => "/dev/log") or die;
		$s->blocking(0); 1 while defined $s->send("<13>x: filling")'
	is "$(within alive 'for i in $(seq 100); do logger $i; done; id -un')" alice
	jailctl list | grep -q alice
}

_stop_syslog() {
	local pid
	pid=$(pgrep -x -f 'busybox syslogd .*')
	finally _start_syslog
	kill "$pid"
	wait_for _has_ended "$pid"
	rm -f /dev/log
}

_has_ended() { # PID
	! kill -0 "$1"
}

_start_syslog() {
	test ! -S /dev/log || return 0
	setsid --fork busybox syslogd -n -O "$WORLD_LOG" </dev/null >/dev/null 2>&1
	wait_for test -S /dev/log
}

run_promises "$@"
