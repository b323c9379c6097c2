#!/bin/bash
# Published holes of comparable software, each tried here under its number. What
# each says, with the product that had it, stands above it; and which lines of
# ours keep it out: "Without: FILE: SED" takes them away, and `make check-defences`
# shows that the promise then fails.
# shellcheck source=../lib/escape.sh
. "$(dirname "$0")/../lib/escape.sh"

# --- paths that a user can turn (pam_namespace, runc) --------------------------

# pam_namespace opened what the user had made for writing: a FIFO held it up.
# Without: libjail/walk.c: s/fd = openat(at, name, O_PATH | O_NOFOLLOW/fd = openat(at, name, O_NOFOLLOW/
cve_2024_22365_a_fifo_for_a_home_holds_nobody_up() {
	home_is_refused 'home: /home/alice: Not a directory' mkfifo /home/alice
}

# pam_namespace followed the user's links as root.
# Without: libjail/walk.c: s/!is_roots_alone(at, false) || !is_roots_alone(link, true)/0/
cve_2025_6020_no_link_of_the_users_is_followed() {
	home_is_refused 'home: /home/alice: alice is a symlink that others than root could have made' \
		_users_own_link
}

_users_own_link() {
	ln -s /home/alice.saved /home/alice
	chown -h alice /home/alice
}

# A directory of hers on the way to a home: /home/alice/web, say.
# Without: libjail/walk.c: s/!is_roots_alone(at, false) || !is_roots_alone(link, true)/0/
cve_2025_6020_no_link_in_the_users_own_directory_is_followed() {
	_home_deep_in_her_own
	mkdir /home/alice/real
	mv /home/alice/deep/home /home/alice/real
	rmdir /home/alice/deep
	ln -s real /home/alice/deep
	mark_log
	status_is 254 as alice true
	wait_for logged 'refused.*alice .*deep is a symlink that others than root could have made'
}

# While her logins go on she turns a directory on the way into a link and back.
# What the link leads to is hers, too: only the link is wrong.
# Without: libjail/walk.c: s/!is_roots_alone(at, false) || !is_roots_alone(link, true)/0/
cve_2025_6020_no_race_on_the_way_to_the_home_is_won() {
	_home_deep_in_her_own
	mkdir -p /home/alice/evil/home
	echo evil >/home/alice/evil/home/which
	chown -R alice: /home/alice/evil
	finally rm -rf /home/alice/evil /home/alice/aside
	finally touch /home/alice/stop # the loop is no child of ours that could be killed
	background outside alice 'cd /home/alice; until [ -e stop ]; do
			mv deep aside && ln -s evil deep; rm deep; mv aside deep
		done' 2>/dev/null
	for ((i = 0; i < 40; i++)); do
		as alice 'cat which' || [[ $? == 25[45] ]]
	done >"${scratch:?}/seen" 2>/dev/null
	touch /home/alice/stop
	wait_for has_no_process alice
	is "$(sort -u "$scratch/seen")" own
}

_home_deep_in_her_own() {
	needs_jail
	lonely_pam
	keep /etc/passwd
	sed -i '/^alice:/s|:/home/alice:|:/home/alice/deep/home:|' /etc/passwd
	finally rm -rf /home/alice/deep /home/alice/real
	rm -f /home/alice/stop
	mkdir -p /home/alice/deep/home
	echo own >/home/alice/deep/home/which
	chown -R alice: /home/alice/deep
}

# runc mounted where a link in a volume led; so CVE-2023-27561, CVE-2024-45310.
# Without: supervisor/home.c: s/RESOLVE_NO_SYMLINKS/0/
cve_2021_30465_no_link_chooses_where_a_mount_stands() {
	needs_jail
	mkdir -p /srv/hers/x /srv/more
	echo planted >/srv/more/planted
	chown -R alice: /srv/hers /srv/more
	finally rm -rf /srv/hers /srv/more
	policy_with 'mount "/srv/hers" { target = "/www" }  mount "/srv/more" { target = "/www/x/python3" }'
	mkdir /srv/hers/x/python3
	is "$(as alice 'cat /www/x/python3/planted')" planted
	wait_for no_supervisor
	outside alice 'mv /srv/hers/x /srv/hers/y && ln -s ../usr/lib /srv/hers/x'
	mark_log
	status_is 254 as alice 'cat /usr/lib/python3/planted'
	wait_for logged 'refused.* alice .*open /www/x/python3 in the jail: Too many levels of symbolic links'
}

# runc let a volume stand over /proc; CVE-2025-52881 led its writes to /proc astray.
# Without: libjail/rules.c: /{ "\/proc", true, "what is masked/d
# Without: libjail/verify.c: s/proc.f_type != PROC_SUPER_MAGIC/0/
cve_2019_16884_nothing_is_mounted_over_proc() {
	needs_jail
	mkdir /srv/proc
	chown alice /srv/proc
	finally rmdir /srv/proc
	baseline alice
	policy_with 'mount "/srv/proc" { target = "/proc" }'
	is_refused alice 'target /proc: what is masked there would be uncovered'
}

# A link for /proc in an image: runc's mount went where it led; so CVE-2023-28642.
# Without: libjail/layer.c: s/if (mkdirat(layer, mount_rows\[i\].target + 1, 0755) < 0)/if (strcmp(mount_rows[i].target, "\/proc") \&\& mkdirat(layer, mount_rows[i].target + 1, 0755) < 0)/
# Without: libjail/mounts.c: s/row->target, MOVE_MOUNT_F_EMPTY_PATH/row->target, MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_SYMLINKS/
cve_2019_19921_a_link_in_the_image_does_not_move_proc() {
	_in_an_image_where _proc_is_a_link
	is "$(as alice 'stat -c %F /proc && stat -fc %T /proc && ls /elsewhere')" "directory
proc"
}

_proc_is_a_link() {
	rmdir proc
	mkdir elsewhere
	ln -s elsewhere proc
}

# runc masked files by the container's own /dev/null, which could be a link.
# Without: libjail/layer.c: s/{ "dev\/null", 1, 3 }, //
cve_2025_31133_a_link_in_the_image_does_not_mask_proc() {
	_in_an_image_where ln -s /etc/passwd dev/null
	# shellcheck disable=SC2016 # for the shell inside
	is "$(as alice 'for f in keys key-users timer_list; do stat -c "%F %t:%T" /proc/$f; done | sort -u')" \
		'character special file 1:3'
}

# runc bound a terminal's path that a link could turn to somewhere else.
# Without: libjail/layer.c: /{ "dev\/ptmx", "pts\/ptmx" },/d
cve_2025_52565_a_link_in_the_image_does_not_make_the_terminal() {
	_in_an_image_where ln -s /home/alice/ptmx dev/ptmx
	on_terminal ssh -tt alice@world 'tty; stat -c "%U %F" "$(tty)"' <<-'END'
		must "/dev/pts/0"
		must "alice character special file"
		ends 0
	END
}

# Alice's image is a copy of the shared one (by links), after COMMAND in it. It
# has a name of its own: the images are shared with other worlds.
_in_an_image_where() { # COMMAND...
	local images=/var/lib/pam_jail/images
	needs_jail
	finally rm -rf "$images/cve"
	finally wait_for no_supervisor # nobody else's session in that jail
	mkdir "$images/cve"
	cp -al "$(readlink -f "$images/shell/current")" "$images/cve/1"
	ln -s 1 "$images/cve/current"
	cd "$images/cve/1" || return
	"$@"
	cd /
	keep /etc/jail.conf
	wait_for no_supervisor
	sed -i '/^policy "customer"/s/"shell"/"cve"/' /etc/jail.conf
}

# --- what is left open, and who takes it (runc, docker) -------------------------

# runc left a directory of the host open.
# Without: jailctl/sealed.c: s/close_range(3, ~0U, 0) < 0/0/
# Without: jailctl/user_side.c: s/close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) < 0/0/
# Without: libjail/descriptors.c: s/return "is a directory"/return NULL/
# Without: libjail/descriptors.c: s/close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) < 0/0/
cve_2024_21626_no_directory_is_left_open() {
	prepare_escape
	cd /
	LEAVE=1 in_chroot descriptors 7</
	is_blocked_inside descriptors
	status_is 1 jailctl exec alice -- ./try_escape descriptors 7</
}

# By su all descriptors survive: the session is refused instead.
# Without: libjail/descriptors.c: s/return "is a directory"/return NULL/
# Without: libjail/descriptors.c: s/close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) < 0/0/
cve_2024_21626_no_directory_is_inherited_through_su() {
	prepare_escape
	runuser -u alice /home/alice/try_escape inherited 7 7</
	mark_log
	fails su alice -c '/home/alice/try_escape inherited 7' 7</
	wait_for logged 'refused alice .*descriptor 7 of the calling process is a directory'
	su alice -c true
}

# runc was overwritten from inside, by /proc/self/exe.
# Without: supervisor/init.c: s/ || prctl(PR_SET_DUMPABLE, 0) < 0//
cve_2019_5736_the_program_of_the_first_process_is_not_opened() {
	is_blocked init_exe
}

# docker cp, as root inside, loaded libnss of the container.
# Without: libjail/enter_steps.c: /{ "names",/,+1d
# Without: libjail/layer.c: s/"etc\/nsswitch.conf"/"etc\/nsswitch.conf.not"/
cve_2019_14271_root_loads_no_library_of_the_image() {
	local pid
	_in_an_image_where _names_come_from_a_library
	LD_DEBUG=libs chroot /var/lib/pam_jail/images/cve/1 /usr/bin/getent passwd nobody-at-all \
		2>&1 | grep 'init: .*libnss_evil'
	connect alive alice
	for pid in $(monitors_of alice) $(pgrep -u alice sshd); do
		fails grep libnss_evil "/proc/$pid/maps"
	done
}

_names_come_from_a_library() {
	rm -f etc/nsswitch.conf
	echo 'passwd: evil files
group: evil files' >etc/nsswitch.conf
	cp --dereference "$(ldconfig -p | awk '/libz.so.1 .*x86-64/ { print $NF; exit }')" \
		usr/lib/x86_64-linux-gnu/libnss_evil.so.2
}

# crun and runc gave a process capabilities that it could inherit. A user namespace
# takes them of itself, so it is left out.
# Without: libjail/seal.c: s/cap_t caps = cap_init();/cap_t caps = cap_get_proc(); cap_clear_flag(caps, CAP_PERMITTED); cap_clear_flag(caps, CAP_EFFECTIVE);/
# Without: libjail/verify.c: s/inheritable == CAP_SET/0/
cve_2022_29162_no_capability_is_inherited() {
	needs_jail
	setpriv --inh-caps=+chown,+kill grep '^CapInh:.*[1-9]' /proc/self/status
	keep /etc/jail.conf
	echo 'policy "bare" { inherit = "customer"  user_namespace = no }' >>/etc/jail.conf
	setpriv --inh-caps=+chown,+kill jailctl exec --policy bare alice -- grep '^CapInh' /proc/self/status \
		>"$scratch/inheritable"
	grep '^CapInh:[[:space:]]*0*$' "$scratch/inheritable"
}

# --- terminals (pkexec, flatpak, snapd) -----------------------------------------

# Without: policies/seccomp/base.list: /^ioctl EPERM if arg1 == TIOCSTI/d
cve_2016_2568_nothing_is_typed_into_the_terminal() {
	is_blocked type_into_terminal 0
}

# flatpak compared all 64 bits of what the kernel takes as 32.
# Without: libjail/seccomp_compile.c: /args\[condition->arg\]) + low);/a emit(code, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, (uint8_t)(otherwise - code->first))); emit_load(code, offsetof(struct seccomp_data, args[condition->arg]) + 4);
cve_2019_10063_nothing_is_typed_with_a_request_of_64_bits() {
	is_blocked type_into_terminal 0x100000000
}

# Without: policies/seccomp/base.list: /^ioctl EPERM if arg1 == TIOCLINUX/d
cve_2023_1523_nothing_is_pasted_into_the_console() {
	is_blocked paste_into_console 0
	is_blocked_inside paste_into_console 0x100000000
}

# --- names, numbers and records (crun, runc, firejail) ---------------------------

# crun took "1" for uid 0; runc (CVE-2016-3697) a number for a name.
# Without: libjail/lookup.c: s/getpwnam_r(name, \&entry, buffer, size, \&found) : ENOMEM;/getpwuid_r((uid_t)atoi(name), \&entry, buffer, size, \&found) : ENOMEM;/
cve_2026_30892_no_number_is_a_user() {
	needs_jail
	for name in 0 1 2001 +0 -1 0x0 ''; do
		status_is 125 jailctl exec -- "$name" id
	done
	status_is 0 jailctl exec alice -- true
}

# firejail joined what the user had made to look like a sandbox.
# Without: libjail/state.c: s/ || st.st_uid != 0 || (st.st_mode & 077)//
cve_2022_31214_no_record_of_the_users_is_joined_by() {
	needs_jail
	baseline bob
	mkdir -m 755 /run/pam_jail/2001
	chown alice /run/pam_jail/2001
	finally rm -rf /run/pam_jail/2001
	mark_log
	status_is 255 as alice true
	wait_for logged 'refused alice .*/run/pam_jail/2001 is not a directory of root.s alone'
}

# --- the kernel ------------------------------------------------------------------

# A process of root's mounted a v1 hierarchy and set its release_agent.
# Without: policies/seccomp/base.list: s/^mount EPERM/mount/
# Without: libjail/enter_steps.c: /{ "capabilities",/,+1d
# Without: libjail/verify.c: s/check_caps(entry, err) < 0 ||/0 ||/
# Without: libjail/verify.c: s/SECBIT_NOROOT))/0) \&\& 0)/
cve_2022_0492_no_cgroup_hierarchy_is_mounted() {
	is_blocked mount_type cgroup2
}

# move_pages(2) told where a process's memory lies.
# Without: policies/seccomp/base.list: s/^move_pages ENOSYS/move_pages/
cve_2017_14140_move_pages_is_not_reached() {
	prepare_escape
	in_chroot reaches_kernel 279
	is_blocked_inside reaches_kernel 279
}

run_promises "$@"
