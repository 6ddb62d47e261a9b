# Sourced by run_tests.sh and run_all.sh: installs what the .NET packages do not bring. Where everything is there, it costs
# nothing.

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

fail() {
  echo "setup: $*" >&2
  exit 1
}

# Figures need one of the families of FigureFont, which SkiaSharp reads from this folder alone; these files are in what systems
# install. Windows and macOS have some.
font_missing() {
  [ "$(uname)" = Linux ] &&
    [ -z "$(find /usr/share/fonts \( -name DejaVuSans.ttf -o -name LiberationSans-Regular.ttf -o -name 'NotoSans-Regular.*' \) -print -quit 2> /dev/null)" ]
}

install_packages() {
  if ! command -v apt-get > /dev/null; then
    echo "setup: not Debian or Ubuntu: please install the equivalents of these packages: $*" >&2
    return
  fi
  local as_root=""
  if [ "$(id -u)" != 0 ]; then
    sudo -n true 2> /dev/null && as_root=sudo ||
      fail "these Debian packages are missing: $*. Install them with: sudo apt-get install --no-install-recommends $* (or set SPECTRAL_SKIP_SETUP=1 to do without)"
  fi
  echo "setup: installing $*"
  $as_root apt-get update -qq || fail "apt-get update failed; the missing packages are: $* (SPECTRAL_SKIP_SETUP=1 does without)"
  DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends "$@" > /dev/null || fail "apt-get could not install: $*"
}

# Arguments: further programs that have to be on the PATH, each followed by the Debian package that it is in.
set_up() {
  command -v dotnet > /dev/null || fail "the .NET 10 SDK is not installed: 'dotnet' is not on the PATH"
  [ -z "${SPECTRAL_SKIP_SETUP:-}" ] || return 0
  local missing=""
  ! font_missing || missing="fonts-dejavu-core"
  while [ $# -gt 0 ]; do
    command -v "$1" > /dev/null || missing="$missing $2"
    shift 2
  done
  # shellcheck disable=SC2086
  [ -z "$missing" ] || install_packages $missing
}
