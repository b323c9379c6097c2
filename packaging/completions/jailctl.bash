# shellcheck shell=bash
# Completion of jailctl(8). Commands and options are read from its own help, so
# that no list here can be out of date.

_jailctl_up() { # names of jails that are up, and of their users; root's to know
	jailctl list --quiet 2>/dev/null | awk '{ print $1; print $2 }'
}

_jailctl() {
	local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
	local command='' users=0 word

	for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
		case $word in
		-*) ;;
		*) if [ -z "$command" ]; then command=$word; else users=$((users + 1)); fi ;;
		esac
	done
	COMPREPLY=()
	case $previous in
	--root)
		mapfile -t COMPREPLY < <(compgen -d -- "$current")
		return
		;;
	--config)
		mapfile -t COMPREPLY < <(compgen -f -- "$current")
		return
		;;
	--control)
		mapfile -t COMPREPLY < <(compgen -W chroot -- "$current")
		return
		;;
	--service)
		mapfile -t COMPREPLY < <(cd /etc/pam.d 2>/dev/null && compgen -f -- "$current")
		return
		;;
	esac
	case $command:$current in
	*:-*) set -- "$(jailctl help | grep -oE -- '(^|[ ,])--?[a-zA-Z-]+' | tr -d ' ,')" ;;
	:*) set -- "$(jailctl help | awk '/^  [a-z]/ { print $1 }')" ;;
	check:*)
		mapfile -t COMPREPLY < <(compgen -f -- "$current")
		return
		;;
	show:* | who:* | ps:* | kill:*) set -- "$(_jailctl_up)" ;;
	exec:* | enter:* | explain:* | selftest:* | unjailed:*)
		[ "$users" = 0 ] || return
		set -- "$(compgen -u)"
		;;
	*) return ;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "$1" -- "$current")
}

complete -F _jailctl jailctl
