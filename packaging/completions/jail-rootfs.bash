# shellcheck shell=bash
# Completion of jail-rootfs(8). Commands and options are read from its own help.

_jail_rootfs_names() { # of manifests and of images
	local file
	for file in /usr/share/pam_jail/manifests/*.list; do
		file=${file##*/}
		echo "${file%.list}"
	done
	jail-rootfs list 2>/dev/null | awk 'NR > 1 { print $1 }'
}

_jail_rootfs() {
	local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}

	COMPREPLY=()
	case $previous in
	--manifest)
		mapfile -t COMPREPLY < <(compgen -f -- "$current")
		return
		;;
	--manifests | --root | --images)
		mapfile -t COMPREPLY < <(compgen -d -- "$current")
		return
		;;
	esac
	case $COMP_CWORD:$current in
	*:-*) set -- "$(jail-rootfs --help | grep -oE -- '--[a-z-]+')" ;;
	1:*) set -- "$(jail-rootfs --help | awk '/^  [a-z]/ { print $1 }')" ;;
	*) set -- "$(_jail_rootfs_names)" ;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "$1" -- "$current")
}

complete -F _jail_rootfs jail-rootfs
