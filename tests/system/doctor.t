#!/bin/bash
# jailctl doctor: on a host that is set up well it finds nothing that counts, and
# each mistake that is planted it finds, with its place.
#
# shellcheck disable=SC2317 # run_promises calls what is defined here
# shellcheck source=../lib/faults.sh
. "$(dirname "$0")/../lib/faults.sh"

[ "$WORLD_JAILED" != no ] || exec echo "1..0 # SKIP about jails"

# Not every checkout has built the image "dev".
[ -n "${TAP_PROMISE:-}" ] || sed -i 's/image = "dev"/image = "shell"/' /etc/jail.conf

pam=/etc/pam.d/su # in the stack of su-l, too

_doctor() {
	jailctl doctor --no-color "$@"
}

_finds() { # FINDING PLACE PATTERN: a line of it, and the status says so
	local status=0
	_doctor >"$scratch/out" || status=$?
	cat "$scratch/out"
	grep -E "^(critical|warning|note) +$1 +$2 +.*$3" "$scratch/out"
	grep -A 1 "^$1: " "$scratch/out" | grep '^    ' # why, and what to do
	if grep -E "^(critical|warning) " "$scratch/out"; then
		is "$status" 3
	else
		is "$status" 0
	fi
}

_does_not_find() { # FINDING
	_doctor >"$scratch/out" || :
	grep -E "checks$" "$scratch/out"
	fails grep -E "^[a-z]+ +$1 " "$scratch/out"
}

_line_of() { # PATTERN FILE: the last one
	grep -n -e "$1" "$2" | tail -n 1 | cut -d : -f 1
}

_plant() { # FILE LINE...
	local file=$1
	shift
	mkdir -p "${file%/*}"
	finally rm -f "$file"
	printf '%s\n' "$@" >"$file"
}

# --- a host without mistakes --------------------------------------------------

nothing_that_counts_is_found_on_a_host_that_is_well() {
	is "$(_doctor --quiet)" ""
	_doctor >"$scratch/out"
	fails grep -E '^(critical|warning) ' "$scratch/out"
	tail -n 1 "$scratch/out" | grep -E '^0 critical, 0 warnings, [0-9]+ notes, by [0-9]+ checks$'
}

nothing_is_found_while_users_are_in() {
	connect alice alice
	connect bob bob
	is "$(_doctor --quiet)" ""
}

json_says_the_same() {
	keep "$pam"
	sed -i 's/^session required pam_jail.so/session optional pam_jail.so/' "$pam"
	line=$(_line_of '^session optional pam_jail' "$pam")
	status_is 3 _doctor --json >"$scratch/json"
	python3 - "$scratch/json" "$pam:$line" <<-'END'
		import json, sys
		d = json.load(open(sys.argv[1]))
		assert d["schema_version"] == 1
		f = [f for f in d["findings"] if f["finding"] == "pam-optional"]
		assert len(f) == 1, f # once, though two services share the file
		assert f[0]["severity"] == "critical" and f[0]["where"] == sys.argv[2]
		assert all(f[0][k] for k in ("what", "why", "remedy"))
	END
}

it_changes_nothing() {
	as alice true
	wait_for no_supervisor
	host_state >"$scratch/before"
	_doctor >/dev/null
	host_state | diff "$scratch/before" -
}

only_root_may_ask() {
	status_is 1 setpriv --reuid=alice --regid=alice --clear-groups jailctl doctor
}

# --- PAM ------------------------------------------------------------------------

a_service_without_the_module() {
	keep "$pam"
	sed -i '/pam_jail/d' "$pam"
	_finds pam-missing "$pam" 'the service su has no line'
	grep -E 'pam-missing +/etc/pam.d/su-l ' "$scratch/out"
}

an_account_line_without_a_session_line() {
	keep "$pam"
	sed -i '/^session.*pam_jail/d' "$pam"
	_finds pam-missing "$pam:$(_line_of pam_jail "$pam")" 'account line, and no session line'
}

a_service_without_a_file_has_that_of_other() {
	keep /etc/pam.d/vsftpd
	rm /etc/pam.d/vsftpd
	_finds pam-missing /etc/pam.d/other 'the service vsftpd'
}

a_line_that_lets_a_refusal_pass() {
	for control in optional sufficient '[success=ok default=ignore]' \
		'[success=ok user_unknown=ignore default=bad]'; do
		keep "$pam"
		sed -i "s/^session required pam_jail.so/session $control pam_jail.so/" "$pam"
		_finds pam-optional "$pam:$(_line_of '^session.*pam_jail' "$pam")" 'refusal'
		eval "${finally_commands[-1]}"
	done
	keep "$pam"
	sed -i "s/^session required pam_jail.so/-&/" "$pam"
	_finds pam-optional "$pam:$(_line_of '^-session.*pam_jail' "$pam")" 'dash'
}

a_module_in_front_that_decides() {
	for control in sufficient '[success=done default=bad]' '[success=2 default=ignore]'; do
		keep "$pam"
		sed -i "/pam_mkhomedir/i session $control pam_succeed_if.so uid > 0" "$pam"
		_finds pam-skipped "$pam:$(_line_of pam_succeed_if "$pam")" 'pam_succeed_if.so can'
		eval "${finally_commands[-1]}"
	done
	sed -i "/pam_mkhomedir/i session [success=1 default=ignore] pam_succeed_if.so" "$pam"
	_does_not_find pam-skipped # it is pam_mkhomedir that is skipped
}

a_line_that_is_not_understood() {
	keep "$pam"
	sed -i '1i session reqired pam_unix.so' "$pam"
	_finds pam-unreadable - "su: $pam:1: "
}

a_module_behind_ours() {
	keep "$pam"
	echo 'session optional pam_motd.so' >>"$pam"
	_finds pam-not-last "$pam:$(_line_of pam_motd "$pam")" 'pam_motd.so comes behind pam_jail.so'
}

ours_in_a_file_that_services_include() {
	keep /etc/pam.d/common-session
	echo 'session required pam_jail.so exempt=root,admin' >>/etc/pam.d/common-session
	line=$(_line_of pam_jail /etc/pam.d/common-session)
	_finds pam-common "/etc/pam.d/common-session:$line" 'services include'
	grep -E "pam-not-last +/etc/pam.d/sshd:[0-9]+ +pam_motd" "$scratch/out" || # it stands twice
		is "$(grep -c pam_jail /etc/pam.d/sshd)" 2
}

a_session_line_without_an_account_line() {
	keep "$pam"
	sed -i '/^account.*pam_jail/d' "$pam"
	_finds pam-no-account "$pam:$(_line_of pam_jail "$pam")" 'no account line'
}

a_word_that_the_module_does_not_know() {
	keep "$pam"
	sed -i 's/^session required pam_jail.so/& exmept=admin/' "$pam"
	_finds pam-arguments "$pam:$(_line_of exmept "$pam")" 'unknown argument "exmept=admin"'
}

nobody_exempt_but_root() {
	pam=/etc/pam.d/sshd
	keep "$pam"
	for list in root '' root,no_such_user root,@no_such_group; do
		sed -i "s/^session required pam_jail.so.*/session required pam_jail.so exempt=$list/" "$pam"
		_finds pam-exempt "$pam:$(_line_of '^session.*pam_jail' "$pam")" 'nobody but root'
	done
	sed -i "s/^session required pam_jail.so.*/session required pam_jail.so exempt=root,@sudo/" "$pam"
	_does_not_find pam-exempt # admin is in it
}

a_customer_who_is_exempt() {
	keep "$pam"
	sed -i 's/^session required pam_jail.so.*/session required pam_jail.so exempt=root,admin,@customers/' "$pam"
	_finds pam-exempt-jailed "$pam:$(_line_of @customers "$pam")" 'bob is exempt here'
}

# --- servers ----------------------------------------------------------------------

sshd_without_pam() {
	keep /etc/ssh/sshd_config
	sed -i 's/^UsePAM yes/UsePAM no/' /etc/ssh/sshd_config
	_finds sshd-pam "/etc/ssh/sshd_config:$(_line_of UsePAM /etc/ssh/sshd_config)" 'usepam no'
}

sshd_without_pam_by_a_file_that_it_includes() {
	keep /etc/ssh/sshd_config
	mkdir -p /etc/ssh/sshd_config.d
	finally rm -f /etc/ssh/sshd_config.d/nopam.conf
	sed -i '1i Include /etc/ssh/sshd_config.d/*.conf' /etc/ssh/sshd_config
	printf '\nusepam=no\n' >/etc/ssh/sshd_config.d/nopam.conf
	_finds sshd-pam /etc/ssh/sshd_config.d/nopam.conf:2 'usepam no'
}

another_sshd_without_pam() {
	sed 's/^UsePAM yes/UsePAM no/' /etc/ssh/sshd_config >/etc/ssh/other_config
	finally rm /etc/ssh/other_config
	background /usr/sbin/sshd -f /etc/ssh/other_config -D -o Port=2299 -o PidFile=none
	wait_for listens 2299
	_finds sshd-pam /etc/ssh/other_config:[0-9]+ 'usepam no'
}

another_sshd_without_pam_by_its_arguments() {
	background /usr/sbin/sshd -D -o UsePAM=no -o Port=2299 -o PidFile=none
	wait_for listens 2299
	_finds sshd-pam /etc/ssh/sshd_config 'usepam no'
}

sshd_that_cannot_be_asked() {
	keep /etc/ssh/sshd_config
	echo 'NoSuchKeyword yes' >>/etc/ssh/sshd_config
	_finds unfinished - 'sshd-pam: sshd -T: .*NoSuchKeyword'
}

sshd_that_changes_the_root_of_a_jailed_user() {
	keep /etc/ssh/sshd_config
	printf 'Match User bob\n\tChrootDirectory /srv\n' >>/etc/ssh/sshd_config
	_finds sshd-chroot "/etc/ssh/sshd_config:$(_line_of Chroot /etc/ssh/sshd_config)" \
		'ChrootDirectory /srv holds for bob'
	sed -i 's/Match User bob/Match User admin/' /etc/ssh/sshd_config
	_does_not_find sshd-chroot
}

_give_key() { # USER
	finally rm -rf "/home/$1/.ssh"
	mkdir -p "/home/$1/.ssh"
	printf '# keys\nfrom="10.0.0.1",no-pty %s of somebody\n' \
		"$(cut -d ' ' -f 1,2 "$WORLD_KEY.pub")" >"/home/$1/.ssh/authorized_keys"
	chown -R "$1:" "/home/$1/.ssh"
}

a_key_that_opens_a_jailed_account_and_another() {
	_give_key alice
	_give_key bob
	_does_not_find shared-key # both are jailed
	_give_key admin
	_finds shared-key /home/admin/.ssh/authorized_keys:2 'alice, who is jailed, opens admin too'
}

a_key_file_that_is_a_trap_is_not_read() {
	_give_key admin
	_give_key alice
	rm /home/alice/.ssh/authorized_keys
	ln -s /home/admin/.ssh/authorized_keys /home/alice/.ssh/authorized_keys
	_does_not_find shared-key
	rm /home/alice/.ssh/authorized_keys
	mkfifo /home/alice/.ssh/authorized_keys
	_does_not_find shared-key
	_does_not_find unfinished
}

a_home_that_hangs_costs_one_answer() {
	[ -e /dev/fuse ] || skip "no /dev/fuse"
	_give_key alice
	background "$WORLD_CHECKOUT/build/tests/helpers/hung_fuse" /home/alice/.ssh
	finally umount --lazy /home/alice/.ssh
	wait_for grep -q ' /home/alice/.ssh fuse' /proc/mounts
	keep "$pam"
	echo 'session optional pam_motd.so' >>"$pam"
	_finds unfinished - 'shared-key: it did not come to an end'
	grep -E 'pam-not-last' "$scratch/out"
}

vsftpd_without_sessions() {
	keep /etc/vsftpd.conf
	sed -i 's/^session_support=YES/session_support=NO/' /etc/vsftpd.conf
	_finds vsftpd-session "/etc/vsftpd.conf:$(_line_of session_support /etc/vsftpd.conf)" '=NO'
	sed -i '/^session_support/d' /etc/vsftpd.conf
	_finds vsftpd-session /etc/vsftpd.conf 'not given, which means NO'
}

another_vsftpd_without_sessions() {
	keep /etc/vsftpd-tls.conf # the file that a running one was started with
	echo 'session_support=NO' >>/etc/vsftpd-tls.conf
	_finds vsftpd-session "/etc/vsftpd-tls.conf:$(_line_of session_support /etc/vsftpd-tls.conf)" '=NO'
}

the_service_that_vsftpd_names() {
	keep /etc/vsftpd.conf
	sed -i 's/^pam_service_name=.*/pam_service_name=my_ftp/' /etc/vsftpd.conf
	_finds pam-missing /etc/pam.d/other 'the service my_ftp'
}

virtual_users_of_vsftpd() {
	keep /etc/vsftpd.conf
	printf 'guest_enable=YES\nguest_username=carol\n' >>/etc/vsftpd.conf
	_finds ftp-virtual "/etc/vsftpd.conf:$(_line_of guest_enable /etc/vsftpd.conf)" 'becomes carol'
}

a_server_that_asks_no_pam() {
	cp /bin/sleep /usr/sbin/dropbear
	finally rm /usr/sbin/dropbear
	_does_not_find other-server # it does not run
	background /usr/sbin/dropbear 1000
	_finds other-server /usr/sbin/dropbear "process $!: dropbear opens no PAM session"
}

an_sshd_of_somebodys_own() {
	cp /usr/sbin/sshd /usr/sbin/my_sshd
	finally rm /usr/sbin/my_sshd
	background /usr/sbin/my_sshd -D -o Port=2299 -o PidFile=none
	wait_for listens 2299
	_finds other-server - "process $! is an sshd, and not /usr/sbin/sshd"
}

a_mail_server_that_runs_commands() {
	_plant /usr/sbin/postfix ''
	chmod 755 /usr/sbin/postfix
	_plant /etc/postfix/main.cf '# main.cf' 'allow_mail_to_commands = alias'
	_does_not_find mail-command
	_plant /etc/postfix/main.cf '# main.cf' 'allow_mail_to_commands = alias, forward'
	_finds mail-command /etc/postfix/main.cf:2 'postfix runs'
	_plant /etc/postfix/main.cf 'mailbox_command = procmail -a "$EXTENSION"'
	_finds mail-command /etc/postfix/main.cf:1 'procmail runs'
	_finds mail-command /etc/postfix/main.cf 'postfix runs' # by its preset
	_plant /var/lib/exim4/config.autogenerated 'userforward:' '  file = $home/.forward'
	_finds mail-command /var/lib/exim4/config.autogenerated:2 'exim runs'
}

a_socket_that_rules_the_host() {
	keep /etc/jail.conf
	sed -i '/^policy "customer"/s/}/ socket "\/run\/docker.sock" { } }/' /etc/jail.conf
	_finds powerful-socket "/etc/jail.conf:$(_line_of docker /etc/jail.conf)" \
		'policy "customer": socket /run/docker.sock: docker starts anything as root'
}

a_policy_that_was_made_weak() {
	keep /etc/jail.conf
	sed -i '/^policy "customer"/s/}/ seccomp_mode = log }/' /etc/jail.conf
	_finds weak-policy "/etc/jail.conf:$(_line_of seccomp_mode /etc/jail.conf)" \
		'policy "customer": '
}

# --- users ------------------------------------------------------------------------

a_jail_conf_that_cannot_be_read() {
	keep /etc/jail.conf
	echo 'polciy "x" { }' >>/etc/jail.conf
	_finds jail-conf - "/etc/jail.conf:$(_line_of polciy /etc/jail.conf): "
}

a_second_name_of_a_jailed_uid() {
	keep /etc/passwd
	echo "alicia:x:2001:100::/home/alice:/bin/bash" >>/etc/passwd
	_finds same-uid "/etc/passwd:$(_line_of alicia /etc/passwd)" 'alicia has the uid of alice'
}

a_process_of_a_jailed_user_on_the_host() {
	background setpriv --reuid=alice --regid=alice --init-groups sleep 1000
	wait_for pgrep -u alice -x sleep
	pid=$(pgrep -u alice -x sleep)
	_finds process-outside - "process $pid of alice runs outside: sleep"
}

# PrivateTmp= and the like give it mounts of its own, which make no jail.
a_process_of_a_jailed_user_with_mounts_of_its_own() {
	background unshare --mount setpriv --reuid=alice --regid=alice --clear-groups sleep 1000
	wait_for pgrep -u alice -x sleep
	_finds process-outside - "of alice runs outside: sleep"
}

a_user_manager_that_would_start() {
	mkdir -p /run/systemd/system
	finally rm -r /run/systemd
	_does_not_find user-manager
	mkdir -p /run/systemd/system/user@.service.d
	: >/run/systemd/system/user@.service.d/10-pam_jail.conf # hides ours
	_finds user-manager /usr/lib/systemd/system/user@.service 'no drop-in'
	keep /usr/lib/systemd/system/user@.service.d
	rm /usr/lib/systemd/system/user@.service.d/10-pam_jail.conf
	_finds user-manager /usr/lib/systemd/system/user@.service 'no drop-in'
	finally rm /etc/systemd/system/user@.service
	ln -s /dev/null /etc/systemd/system/user@.service
	_does_not_find user-manager
}

a_user_manager_that_was_asked_to_linger() {
	mkdir -p /var/lib/systemd/linger
	finally rm -f /var/lib/systemd/linger/{alice,admin}
	: >/var/lib/systemd/linger/alice
	: >/var/lib/systemd/linger/admin
	_finds linger /var/lib/systemd/linger/alice 'of alice'
	fails grep linger/admin "$scratch/out"
}

a_job_of_at() {
	mkdir -p /var/spool/cron/atjobs
	finally rm -r /var/spool/cron/atjobs
	install -o alice -m 700 /dev/null /var/spool/cron/atjobs/a0000101b8c1a3
	install -o admin -m 700 /dev/null /var/spool/cron/atjobs/a0000201b8c1a3
	_finds at-job /var/spool/cron/atjobs/a0000101b8c1a3 'a job of alice'
	fails grep a0000201b8c1a3 "$scratch/out"
}

rules_of_sudo() {
	mkdir -p /etc/sudoers.d
	finally rm -rf /etc/sudoers /etc/sudoers.d
	cat >/etc/sudoers <<-'END'
		Defaults env_reset # alice
		# alice ALL = ALL
		root ALL=(ALL:ALL) ALL
		%sudo ALL=(ALL:ALL) ALL
		admin ALL=(root) /usr/bin/id alice
		@includedir /etc/sudoers.d
	END
	_does_not_find sudoers
	printf '\nwww-data ALL=(alice) NOPASSWD: /usr/bin/php\n' >/etc/sudoers.d/web
	_finds sudoers /etc/sudoers.d/web:2 'a rule names alice'
	echo '%customers ALL=(root) /usr/bin/id' >>/etc/sudoers
	_finds sudoers "/etc/sudoers:$(_line_of %customers /etc/sudoers)" 'a rule names %customers'
}

# --- what runs as somebody ------------------------------------------------------------

a_pool_of_php_fpm() {
	_plant /etc/php/8.2/fpm/pool.d/alice.conf '[alice]' '; user = bob' 'user = alice'
	_plant /etc/php/8.2/fpm/pool.d/www.conf '[www]' 'user = www-data'
	_finds fpm-pool /etc/php/8.2/fpm/pool.d/alice.conf:3 'alice'
	fails grep -E 'www.conf|bob' "$scratch/out"
}

a_web_server_that_becomes_the_user() {
	_plant /etc/apache2/sites-enabled/alice.conf '<VirtualHost *:80>' \
		'    SuexecUserGroup alice alice' '    #SuexecUserGroup bob bob'
	_finds cgi /etc/apache2/sites-enabled/alice.conf:2 'alice'
	_plant /etc/apache2/mods-enabled/userdir.load ''
	_plant /etc/apache2/mods-enabled/suexec.load ''
	_finds cgi /etc/apache2/mods-enabled/userdir.load 'public_html'
}

a_service_that_runs_as_the_user() {
	_plant /etc/systemd/system/alice-web.service '[Service]' 'User=alice' 'ExecStart=/bin/true'
	_plant /etc/systemd/system/bob-web.service '[Service]' 'ExecStart=jailctl exec bob -- x'
	_plant /etc/systemd/system/carol-web.service '[Service]' 'User=2003'
	_finds unit /etc/systemd/system/alice-web.service:2 'alice'
	grep 'carol-web.service:2' "$scratch/out"
	fails grep bob "$scratch/out"
}

# --- the host ---------------------------------------------------------------------------

# In mounts of our own: the machine's kernel is not ours to set.
_with_file() { # PATH TEXT COMMAND...
	local path=$1 text=$2
	shift 2
	printf '%s\n' "$text" >"$scratch/file"
	# shellcheck disable=SC2016 # for the inner shell
	unshare --mount --propagation private \
		bash -c 'mount --bind "$0" "$1" && shift && exec "$@"' "$scratch/file" "$path" "$@"
}

_finds_in() { # PATH TEXT FINDING PATTERN STATUS
	local status=0
	_with_file "$1" "$2" jailctl doctor --no-color >"$scratch/out" || status=$?
	cat "$scratch/out"
	is "$status" "$5"
	grep -E "^[a-z]+ +$3 +$1 +.*$4" "$scratch/out"
}

a_kernel_below_the_floor() { # finds kernel
	status_is 3 setarch "$(uname -m)" --uname-2.6 jailctl doctor >"$scratch/out"
	grep -E '^warning +kernel +- +Linux 6.1 or newer is needed, and this is 2.6' "$scratch/out"
}

a_host_that_allows_no_namespaces() { # finds kernel-feature
	_finds_in /proc/sys/user/max_time_namespaces 0 kernel-feature 'no such namespace' 3
}

a_host_without_filters() { # finds kernel-feature
	_finds_in /proc/sys/kernel/seccomp/actions_avail 'allow log' kernel-feature 'filters' 3
}

# shellcheck disable=SC2016 # for the inner shell
selinux_and_a_host_without_cgroups() { # finds selinux, finds controllers
	status_is 3 unshare --mount --propagation private bash -c '
		mount -t tmpfs none /sys/fs && mkdir /sys/fs/selinux &&
			echo 1 >/sys/fs/selinux/enforce && exec jailctl doctor' >"$scratch/out"
	grep -E '^warning +selinux +/sys/fs/selinux/enforce +SELinux is enforcing' "$scratch/out"
	grep -E '^warning +controllers +- +no cgroup2 hierarchy' "$scratch/out"
}

# shellcheck disable=SC2016 # for the inner shell
a_controller_that_is_missing() { # finds controllers
	[ -d /sys/fs/cgroup/unified ] || skip "no hybrid host"
	mkdir "$scratch/unified"
	status_is 3 unshare --mount --propagation private bash -c '
		cd /sys/fs/cgroup && mount --bind unified "$0" && mount -t tmpfs none . &&
			cd /sys/fs/cgroup && mkdir unified cpu pids && mount --bind "$0" unified &&
			exec jailctl doctor' "$scratch/unified" >"$scratch/out"
	grep -E '^warning +controllers +/sys/fs/cgroup/memory +the controller memory' "$scratch/out"
	fails grep 'the controller cpu' "$scratch/out"
}

notes_do_not_count() { # finds core-pattern, finds sysctl
	_finds_in /proc/sys/kernel/core_pattern '|/usr/bin/handler %p' core-pattern handler 0
	_finds_in /proc/sys/fs/protected_symlinks 0 sysctl 'is 0' 0
	is "$(_with_file /proc/sys/kernel/core_pattern '|/x' jailctl doctor --quiet)" ""
	grep ' cgroup2 .*favordynmods' /proc/self/mountinfo ||
		_finds favordynmods /proc/self/mountinfo 'without favordynmods'
}

# --- images ---------------------------------------------------------------------------------

an_image_that_is_not_built() {
	keep /etc/jail.conf
	sed -i 's/image = "shell"/image = "no_such"/' /etc/jail.conf
	_finds image-missing '/etc/jail.conf:[0-9]+' 'run `jail-rootfs build no_such`'
}

# A small one in the place of the real one, which other worlds share.
_small_image() {
	image=$scratch/images/shell
	mkdir -p "$image/00000001/bin"
	ln -s 00000001 "$image/current"
	chmod -R go-w "$scratch/images"
	install -m 755 /bin/true "$image/00000001/bin/true"
}

# shellcheck disable=SC2016 # for the inner shell
_doctor_of_image() {
	unshare --mount --propagation private bash -c '
		mount --bind "$0" /var/lib/pam_jail/images && exec jailctl doctor' \
		"$scratch/images" >"$scratch/out"
}

power_in_an_image() { # finds image-power
	_small_image
	status_is 0 _doctor_of_image
	chmod u+s "$image/00000001/bin/true"
	mknod -m 600 "$image/00000001/null" c 1 3
	status_is 3 _doctor_of_image
	grep -E '^warning +image-power +/var/lib/pam_jail/images/shell/current/*/bin/true +is setuid' "$scratch/out"
	grep -E '^warning +image-power +.*/null +is a device' "$scratch/out"
}

_record_image() { # RECORDED MTIME of the program
	cat >"$image/00000001.record" <<-END
		jail-rootfs 1 $(jailctl version | sed -n 's/^jailctl //p')
		1 1 1 1
		root /
		manifest /usr/share/pam_jail/manifests/shell.list
		l 40755 0 1 1 1 1 1 /etc
		f 100755 0 1 1 $(stat -c '%s' /bin/true) $1 1 /usr/bin/true
		end
	END
}

images_that_others_can_lock() { # finds library-open
	_small_image
	status_is 0 _doctor_of_image
	chmod 755 /var/lib/pam_jail
	finally chmod 700 /var/lib/pam_jail
	status_is 3 _doctor_of_image
	grep -E '^warning +library-open +/var/lib/pam_jail +owner 0, mode 0755' "$scratch/out"
}

an_image_that_is_older_than_a_package() { # finds image-stale
	_small_image
	_record_image "$(stat -c '%.9Y' /usr/bin/true | tr -d .)"
	status_is 0 _doctor_of_image
	_record_image 1000000000
	status_is 3 _doctor_of_image
	grep -E '^warning +image-stale +/var/lib/pam_jail/images/shell/00000001.record +image shell: /usr/bin/true has changed' "$scratch/out"
}

# --- the gate of units ----------------------------------------------------------------------

who_may_run_outside() {
	for user in root admin daemon; do jailctl unjailed "$user"; done
	for user in alice carol jailroot; do status_is 1 jailctl unjailed "$user"; done
	jailctl unjailed --uid 0
	jailctl unjailed --uid 2008
	status_is 1 jailctl unjailed --uid 2001
	status_is 4 jailctl unjailed --uid 7777
	for number in alice -1 +0 0x0 '' 4294967295 ' 0'; do
		status_is 2 jailctl unjailed --uid -- "$number"
	done
	status_is 4 jailctl unjailed 2001 # a number is no name
}

with_a_broken_jail_conf_only_the_exempt_may_run_outside() {
	keep /etc/jail.conf
	echo 'polciy' >>/etc/jail.conf
	jailctl unjailed root
	jailctl unjailed admin
	status_is 3 jailctl unjailed alice
	status_is 3 jailctl unjailed daemon
}

users_whom_another_jail_conf_jails_are_jailed() {
	sed 's/"admin"/"nobody"/; s/^assign "rest".*/assign "a" { user = {"daemon"} policy = "customer" plan = "customer" }/' \
		/etc/jail.conf >/etc/other.conf
	finally rm /etc/other.conf
	keep "$pam"
	jailctl unjailed daemon
	sed -i 's/^session required pam_jail.so/& config=\/etc\/other.conf/' "$pam"
	status_is 1 jailctl unjailed daemon
	_plant /etc/systemd/system/daemon.service 'User=daemon'
	_finds unit /etc/systemd/system/daemon.service:1 'daemon'
	echo polciy >>/etc/other.conf
	status_is 3 jailctl unjailed daemon
	jailctl unjailed admin
	_finds jail-conf - '/etc/other.conf:[0-9]+: '
}

before_the_module_is_switched_on_everybody_may() {
	for file in /etc/pam.d/*; do
		keep "$file"
		sed -i '/pam_jail/d' "$file"
	done
	keep /etc/jail.conf
	rm /etc/jail.conf
	jailctl unjailed alice
}

run_promises "$@"
