#!/bin/sh
# Installs those of the named Debian packages that are missing, as root or by
# sudo. Scripts look first for what they need themselves, so that other systems
# get by with what their own packages bring:
#
#   command -v valgrind >/dev/null || scripts/ci/install.sh valgrind
set -eu
missing=
for package in "$@"; do
	case $(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true) in
	*" ok installed") ;;
	*) missing="$missing $package" ;;
	esac
done
if [ -z "$missing" ]; then
	exit 0
fi
if ! command -v apt-get >/dev/null; then
	echo "install.sh: no apt-get here; please install what Debian calls$missing" >&2
	exit 1
fi
root=
if [ "$(id -u)" != 0 ]; then
	root="sudo -n"
fi
apt="$root env DEBIAN_FRONTEND=noninteractive apt-get -q -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300"
$apt update
# shellcheck disable=SC2086 # both are lists of words
$apt install -y --no-install-recommends $missing
