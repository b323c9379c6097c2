#!/bin/bash
# pam_jail on a host under systemd, with pure cgroup v2 and OpenSSH 10. Runs as
# root in the guest, where the product is installed: see tests/guest/run.
#
# shellcheck disable=SC2317 # run_promises calls what is defined here
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"

promise_seconds=${PROMISE_SECONDS:-600} # emulated, and perhaps beside much else

base=/sys/fs/cgroup/jail.slice/pam_jail.service
password=swordfish
namespaces='cd /proc/self/ns && readlink cgroup ipc mnt net pid time uts'

# --- the host ----------------------------------------------------------------

_set_up() {
	_make_users
	_configure_sshd
	_configure_vsftpd
	_install
	_add_pam_lines
	systemctl restart ssh vsftpd
	wait_for _listens 21
}

_make_users() {
	local hash name
	# shellcheck disable=SC2016 # perl's, and crypt(5)'s; quicker than the default
	hash=$(perl -e 'print crypt($ARGV[0], q($5$guest$))' "$password")
	groupadd customers
	useradd -m -s /bin/bash -G customers -p "$hash" alice
	useradd -m -s /bin/bash -G customers -p "$hash" bob
	useradd -m -s /bin/bash -G sudo -p "$hash" admin
	ssh-keygen -q -t ed25519 -N '' -f /root/.ssh/id_ed25519
	for name in alice bob admin root; do
		install -D -m 644 /root/.ssh/id_ed25519.pub "/etc/ssh/authorized_keys.d/$name"
	done
	cat >/root/.ssh/config <<-'END'
		Host guest
		    HostName 127.0.0.1
		    StrictHostKeyChecking no
		    UserKnownHostsFile /dev/null
		    LogLevel ERROR
	END
	echo "for the host's eyes only" >/srv/host
}

# The refusals of this test would make sshd shun its only client.
_configure_sshd() {
	cat >/etc/ssh/sshd_config.d/guest.conf <<-'END'
		AuthorizedKeysFile /etc/ssh/authorized_keys.d/%u
		KbdInteractiveAuthentication yes
		PerSourcePenaltyExemptList 127.0.0.1,::1
	END
}

_configure_vsftpd() {
	cat >>/etc/vsftpd.conf <<-'END'
		write_enable=YES
		session_support=YES
	END
}

_install() {
	systemd-tmpfiles --create pam_jail.conf
	systemctl daemon-reload
	systemctl enable --now pam_jail.service
	cat >/etc/jail.conf <<-'END'
		plan "customer" {
			memory_max = 128M
			tasks_max = 150
			sessions_max = 10
			cpu { cap = 150%  share = 200 }
		}
		assign "ftp"       { service = {"vsftpd"}  policy = "ftp" }
		assign "customers" { group = {"customers"}  policy = "shell"  plan = "customer" }
		assign "rest"      { policy = "refuse" }
	END
	jail-rootfs build shell
}

_add_pam_lines() {
	local service
	for service in sshd vsftpd; do
		cat >>/etc/pam.d/$service <<-'END'
			account required pam_jail.so exempt=root,admin
			session required pam_jail.so exempt=root,admin
		END
	done
}

# --- logins ------------------------------------------------------------------

_as() { # USER SCRIPT [SSH_OPTION...]
	local user=$1 script=$2
	shift 2
	ssh -n -o BatchMode=yes "$@" "$user@guest" "$script"
}

_as_with_password() { # METHOD USER SCRIPT
	sshpass -p "$password" ssh -n -o PreferredAuthentications="$1" "$2@guest" "$3"
}

# A session of alice that answers for as long as the promise lasts.
_stay_logged_in() {
	mkfifo "$scratch/ask"
	exec {ask}<>"$scratch/ask"
	# shellcheck disable=SC2094 # a FIFO
	background ssh -o BatchMode=yes alice@guest "$namespaces; exec cat" \
		<"$scratch/ask" >"$scratch/answers"
	_still_answers
	_unlike_the_hosts <(grep : "$scratch/answers")
}

_still_answers() {
	echo "are you there, $((++asked))" >&"$ask"
	wait_for grep -q "are you there, $asked" "$scratch/answers"
}

# An FTP session of alice, kept until the promise ends.
_stay_logged_in_by_ftp() {
	exec {ftp}<>/dev/tcp/127.0.0.1/21
	_ftp_says 220
	printf 'USER alice\r\n' >&"$ftp"
	_ftp_says 331
	printf 'PASS %s\r\n' "$password" >&"$ftp"
	_ftp_says 230
}

_ftp_says() { # CODE
	local line
	read -r -t 60 -u "$ftp" line
	is "${line%%[ -]*}" "$1"
}

_ftp() { # CURL_ARGUMENT...
	curl -sS --max-time 60 --user "alice:$password" "$@"
}

# --- looking -----------------------------------------------------------------

_listens() { # PORT
	ss -Hltn "sport = :$1" | grep -q .
}

_namespace() { # NAME PID
	readlink "/proc/$2/ns/$1"
}

_cgroup_of() { # PID
	sed -n 's/^0:://p' "/proc/$1/cgroup"
}

# The PID 1 of the jail that lives in this leaf.
_init_of() { # LEAF
	local pid
	while read -r pid; do
		! grep -q -E '^NSpid:.*\s1$' "/proc/$pid/status" || echo "$pid"
	done <"$1/cgroup.procs"
}

_alices() { # FILE: of the cgroup that carries her plan
	cat "$base/$(id -u alice)/$1"
}

_unlike_the_hosts() { # FILE: the output of $namespaces
	local line lines=0
	while read -r line; do
		isnt "$line" "$(_namespace "${line%%:*}" 1)"
		lines=$((lines + 1))
	done <"$1"
	is "$lines" 7
}

_all_jails_are_gone() {
	local held
	held=$(systemctl show -P MainPID pam_jail.service)
	[ "$(cat "$base/supervisors/cgroup.procs")" = "$held" ] &&
		! grep -q '^populated 1$' "$base"/[0-9]*/cgroup.events 2>/dev/null &&
		[ -z "$(find "$base" -mindepth 2 -type d)" ] &&
		! ls /run/pam_jail/*/socket /run/pam_jail/*/status 2>/dev/null
}

_in_use() { # FILE: the output of $namespaces
	find /proc/[0-9]*/ns -type l -printf '%l\n' 2>/dev/null | grep -xF -f "$1"
}

# The mounts that logind makes and removes in its own time are not ours.
_mounts() {
	grep -v ' /run/user/' /proc/1/mountinfo
}

_journal_has() { # PATTERN
	journalctl --sync
	journalctl --since="@$began" --output=cat | grep -q -E -e "$1"
}

_restart() { # SERVICE
	systemctl restart "$1"
	[ "$1" != vsftpd ] || wait_for _listens 21
}

_confine() { # SERVICE DIRECTIVE
	mkdir -p "/run/systemd/system/$1.service.d"
	printf '[Service]\n%s\n' "$2" >"/run/systemd/system/$1.service.d/confine.conf"
	systemctl daemon-reload
	_restart "$1"
}

_unconfine() { # SERVICE
	rm -rf "/run/systemd/system/$1.service.d"
	systemctl daemon-reload
	_restart "$1"
}

# --- promises ----------------------------------------------------------------

the_unit_holds_a_cgroup_open_beside_the_jails() {
	is "$(systemctl is-active pam_jail.service)" active
	is "$(systemctl show -P ControlGroup pam_jail.service)" /jail.slice/pam_jail.service
	wait_for grep -q . "$base/supervisors/cgroup.procs"
	fails grep . "$base/cgroup.procs"
	is "$(systemctl show -P MainPID pam_jail.service)" "$(cat "$base/supervisors/cgroup.procs")"
}

an_ssh_command_runs_in_a_jail() {
	_as alice "$namespaces" >"$scratch/inside"
	_unlike_the_hosts "$scratch/inside"
	is "$(_as alice 'stat -f -c %T /; hostname; id -un; cat /srv/host 2>&1')" \
		"$(printf 'overlayfs\nalice\nalice\ncat: /srv/host: No such file or directory')"
	status_is 7 _as alice 'exit 7'
}

an_exempt_administrator_is_on_the_host() {
	is "$(_as admin 'readlink /proc/self/ns/mnt')" "$(_namespace mnt 1)"
	is "$(_as root 'cat /srv/host')" "for the host's eyes only"
}

every_way_of_authentication_ends_in_a_jail() {
	local method
	for method in password keyboard-interactive; do
		_as_with_password "$method" alice "$namespaces" >"$scratch/$method"
		_unlike_the_hosts "$scratch/$method"
	done
}

two_sessions_of_a_user_share_a_jail_and_another_users_do_not() {
	_stay_logged_in
	grep : "$scratch/answers" >"$scratch/first"
	_as alice "$namespaces" >"$scratch/second"
	diff "$scratch/first" "$scratch/second"
	_as bob "$namespaces" >"$scratch/other"
	_unlike_the_hosts "$scratch/other"
	is "$(cat "$scratch/first" "$scratch/other" | sort | uniq -d)" ""
}

a_terminal_is_the_jails_own() {
	is "$(_as alice 'tty; stat -f -c %T /' -tt | tr -d '\r')" \
		"$(printf '/dev/pts/0\noverlayfs')"
}

sftp_and_scp_see_the_jail() {
	echo content >"$scratch/file"
	scp -q -o BatchMode=yes "$scratch/file" alice@guest:by-scp
	is "$(cat /home/alice/by-scp)" content
	fails scp -q -o BatchMode=yes alice@guest:/srv/host "$scratch/stolen"
	printf 'get by-scp %s\n' "$scratch/by-sftp" |
		sftp -q -b - -o BatchMode=yes alice@guest
	is "$(cat "$scratch/by-sftp")" content
	fails sftp -q -b <(echo "get /srv/host $scratch/stolen") -o BatchMode=yes alice@guest
	scp -q -o BatchMode=yes admin@guest:/srv/host "$scratch/stolen"
}

the_servers_own_processes_are_in_the_users_cgroup() {
	local leaf monitor
	wait_for _all_jails_are_gone
	_stay_logged_in
	leaf=$(_cgroup_of "$(pgrep -u alice -x cat)")
	is "${leaf%/*}" "/jail.slice/pam_jail.service/$(id -u alice)"
	monitor=$(pgrep -f '^sshd-session: alice \[priv\]')
	isnt "$(ps -o uid= -p "$monitor" | tr -d ' ')" 0
	is "$(_cgroup_of "$monitor")" "$leaf"
}

an_ftp_session_lists_gets_and_puts() {
	echo content >/home/alice/by-ftp
	chown alice: /home/alice/by-ftp
	_ftp ftp://127.0.0.1/ | grep -q 'by-ftp$'
	is "$(_ftp ftp://127.0.0.1/by-ftp)" content
	_ftp -T /srv/host ftp://127.0.0.1/put
	is "$(cat /home/alice/put)" "for the host's eyes only"
	is "$(_ftp --ftp-port - ftp://127.0.0.1/by-ftp)" content
	fails _ftp ftp://127.0.0.1/%2fsrv/host
}

an_ftp_session_is_in_a_jail() {
	local child leaf init name
	wait_for _all_jails_are_gone
	_stay_logged_in_by_ftp
	child=$(pgrep -u alice -x vsftpd)
	leaf=$(_cgroup_of "$child")
	is "${leaf%/*}" "/jail.slice/pam_jail.service/$(id -u alice)"
	init=$(_init_of "/sys/fs/cgroup$leaf")
	for name in cgroup ipc mnt pid time uts; do
		isnt "$(_namespace "$name" "$init")" "$(_namespace "$name" 1)"
		is "$(_namespace "$name" "$child")" "$(_namespace "$name" "$init")"
	done
	is "$(stat -f -c %T "/proc/$child/root/")" overlayfs
}

# journald says itself who wrote a line. This sshd connects to it before the
# crossing, so that its last line goes there by itself.
lines_from_inside_are_in_the_journal_as_the_supervisors() {
	local began
	began=$(date +%s)
	_as alice 'logger -t "sshd[1]" hello from inside'
	wait_for _journal_has "^user alice uid $(id -u alice) pid [0-9]+ jail shell-[0-9a-f]+: sshd\[1\]: hello from inside$"
	wait_for _journal_has '^(user alice uid [0-9]+ .*: )?pam_unix\(sshd:session\): session closed for user alice$'
	journalctl --since="@$began" --output=cat -t jail _UID=0 _COMM=jail-supervisor |
		grep -q 'hello from inside'
}

the_plan_stands_in_the_users_cgroup() {
	wait_for _all_jails_are_gone
	_stay_logged_in
	_stay_logged_in_by_ftp
	is "$(_alices memory.max)" $((128 << 20))
	is "$(_alices pids.max)" 150
	is "$(_alices cpu.max)" "150000 100000"
	is "$(_alices cpu.weight)" 200
	is "$(find "$base/$(id -u alice)" -mindepth 1 -type d | wc -l)" 2
}

memory_beyond_the_plan_is_not_had() {
	# shellcheck disable=SC2016 # perl's
	local hog='perl -e "\$x = q(x) x (160 << 20)"'
	_as admin "$hog"
	_stay_logged_in
	fails _as alice "$hog; exit \$?"
	_alices memory.events | grep '^oom_kill [1-9]'
	_still_answers
}

# jailctl exec as ExecStart=: the journal's socket stays outside, stopping the unit
# stops the program, and killing it does, too.
a_unit_runs_a_program_in_the_jail() {
	local began
	began=$(date +%s)
	systemd-run -q --unit=inside jailctl exec alice -- \
		sh -c "$namespaces; readlink /proc/self/fd/1; echo up; exec sleep 1000"
	wait_for _journal_has '^up$'
	_journal_has '^pipe:'
	is "$(_cgroup_of "$(pgrep -u alice -x sleep)" | cut -d/ -f-4)" \
		"/jail.slice/pam_jail.service/$(id -u alice)"
	jailctl list -q | grep -E '^alice +shell-[^ ]+ +shell +customer +1 +live .* [0-9.]+[KM] +[0-9]+$'
	jailctl who -q | grep -E '^alice +jailctl '
	systemctl stop inside
	fails pgrep -u alice -x sleep

	_stay_logged_in # the jail outlives the unit
	systemd-run -q --unit=killed jailctl exec alice -- sleep 1001
	wait_for pgrep -u alice -x sleep
	systemctl kill -s KILL killed
	wait_for _no_sleep
	_still_answers
}

_no_sleep() {
	! pgrep -u alice -x sleep
}

# Of its attempts all work outside on this kernel but those named here.
selftest_finds_nothing_open() {
	jailctl selftest --json alice >"$scratch/json" || cat "$scratch/json"
	python3 - "$scratch/json" <<-'END'
		import json, sys
		found = json.load(open(sys.argv[1]))
		assert found["open"] == 0, found
		lacking = [row["name"] for row in found["attempts"]
		    if row["user"] == row["monitor"] == "not applicable"]
		print(lacking)
		assert set(lacking) <= {"calls_of_x32"}, lacking
	END
	status=0
	jailctl selftest --control chroot alice >"$scratch/open" || status=$?
	is "$status" 3
	grep -E '^load_module +blocked +open' "$scratch/open"
	grep -E '^real_time +blocked +open' "$scratch/open"
}

restarting_services_ends_no_jail() {
	_stay_logged_in
	_restart vsftpd
	_still_answers
	_restart ssh
	_still_answers
	systemctl daemon-reload
	_still_answers
	_as alice "$namespaces" >"$scratch/second"
	diff <(grep : "$scratch/answers") "$scratch/second"
}

# One of vsftpd ends it, jailed or not: its sessions ask for a signal when their
# listener dies (PR_SET_PDEATHSIG).
an_ftp_session_outlives_a_restart_of_ssh() {
	_stay_logged_in_by_ftp
	_restart ssh
	systemctl daemon-reload
	printf 'PWD\r\n' >&"$ftp"
	_ftp_says 257
}

restarting_pam_jail_ends_no_jail_and_hinders_none() {
	_stay_logged_in
	_restart pam_jail
	_still_answers
	_as bob "$namespaces" >"$scratch/other"
	_unlike_the_hosts "$scratch/other"
	is "$(_alices memory.max)" $((128 << 20))
}

# systemd's own manager of the user is started beside the login, by pam_systemd, and
# what it runs is in no jail. First without our drop-in, to see that there is one.
the_user_manager_of_a_jailed_user_does_not_start() {
	local dropin=/run/systemd/system/user@.service.d/10-pam_jail.conf manager pid
	manager=user@$(id -u alice).service
	mkdir -p "${dropin%/*}"
	: >"$dropin" # stands for the installed one of the same name
	systemctl daemon-reload
	_stay_logged_in
	systemctl is-active "$manager"
	pid=$(systemctl show -P MainPID "$manager")
	is "$(_namespace mnt "$pid")" "$(_namespace mnt 1)"
	status_is 3 jailctl doctor >"$scratch/without"
	cat "$scratch/without"
	grep '^critical *user-manager ' "$scratch/without"
	grep "^critical *process-outside .*process $pid of alice" "$scratch/without"

	rm "$dropin"
	systemctl daemon-reload
	systemctl stop "$manager"
	_as alice true
	is "$(_activity "$manager")" inactive
	systemctl start "$manager" # as loginctl enable-linger would: skipped, not failed
	is "$(_activity "$manager")" inactive
	_as admin true
	systemctl is-active "user@$(id -u admin).service"
}

_activity() { # UNIT
	systemctl is-active "$1" || : # 3: it is not
}

doctor_finds_nothing_on_a_host_that_is_well() {
	local service
	for service in su login cron; do
		cat >>"/etc/pam.d/$service" <<-'END'
			account required pam_jail.so exempt=root,admin
			session required pam_jail.so exempt=root,admin
		END
	done
	_stay_logged_in
	_stay_logged_in_by_ftp
	# Two things of the test's own: its sshd without PAM, and one key for all.
	status_is 3 jailctl doctor >"$scratch/found"
	grep -E '^(critical|warning)' "$scratch/found" >"$scratch/counts"
	fails grep -v -e ' sshd-pam .*/control_config' -e ' shared-key .*/authorized_keys.d/' \
		"$scratch/counts"
}

# The limit is of the whole machine, so that only here it can be lowered.
no_more_namespaces_refuse_customers_and_nobody_else() {
	wait_for _all_jails_are_gone
	local kind file before began
	for kind in user pid mnt; do
		file=/proc/sys/user/max_${kind}_namespaces
		before=$(cat "$file")
		began=$(date +%s)
		_write 0 "$file"
		status_is 255 _as alice true
		wait_for _journal_has "^refused: user alice .*(max_user_namespaces|No space left on device)"
		is "$(_as admin 'readlink /proc/self/ns/mnt')" "$(_namespace mnt 1)"
		_write "$before" "$file"
	done
	is "$(_as alice 'id -un')" alice
}

_write() { # TEXT FILE
	echo "$1" >"$2"
}

the_last_logout_leaves_nothing() {
	_as alice true # the first login on a host makes what all jails share
	wait_for _all_jails_are_gone
	_mounts >"$scratch/mounts"
	_stay_logged_in
	_as alice "$namespaces" >"$scratch/inside"
	_in_use "$scratch/inside"
	ls "/run/pam_jail/$(id -u alice)/socket"
	end_background
	wait_for _all_jails_are_gone
	_mounts | diff "$scratch/mounts" -
	fails _in_use "$scratch/inside"
}

a_login_through_a_confined_service_is_refused_with_the_directive() {
	local began directive
	for directive in PrivateTmp=yes NoNewPrivileges=yes; do
		began=$(date +%s)
		_confine ssh "$directive"
		status_is 255 _as alice true
		wait_for _journal_has "alice.*${directive%yes}"
		_as admin true
	done
	_as root true
	_unconfine ssh
	_as alice true
	wait_for _all_jails_are_gone
}

if [ -z "${TAP_PROMISE:-}" ]; then
	(set -ex; _set_up) >/root/set-up.log 2>&1 || {
		sed 's/^/# /' /root/set-up.log
		echo "Bail out! the guest cannot be set up"
		exit 1
	}
fi
asked=0
run_promises "$@"
