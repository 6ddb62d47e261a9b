# Sourced by run_tests.sh and run_all.sh: installs what the .NET packages do not bring. Where everything is there, it costs
# nothing.

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

fail() {
  echo "setup: $*" >&2
  exit 1
}

# Figures need one of the families of FigureFont, which SkiaSharp reads from this folder alone. Windows and macOS have some.
font_missing() {
  [ "$(uname)" = Linux ] &&
    [ -z "$(find /usr/share/fonts \( -name DejaVuSans.ttf -o -name LiberationSans-Regular.ttf -o -name 'NotoSans-Regular.*' \) -print -quit 2> /dev/null)" ]
}

install() {
  command -v apt-get > /dev/null || fail "please install what the Debian packages $* have, then run this again"
  local as_root=""
  if [ "$(id -u)" != 0 ]; then
    sudo -n true 2> /dev/null && as_root=sudo ||
      fail "these Debian packages are missing: $*. Install them with: sudo apt-get install --no-install-recommends $*"
  fi
  echo "setup: installing $*"
  $as_root apt-get update -qq || fail "apt-get update failed; the missing packages are: $*"
  DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends "$@" > /dev/null || fail "apt-get could not install: $*"
}

# Arguments: further programs that have to be on the PATH, each in a Debian package of the name that follows it.
set_up() {
  command -v dotnet > /dev/null || fail "the .NET 10 SDK is not installed: 'dotnet' is not on the PATH"
  local missing=()
  ! font_missing || missing+=(fonts-dejavu-core)
  while [ $# -gt 0 ]; do
    command -v "$1" > /dev/null || missing+=("$2")
    shift 2
  done
  [ ${#missing[@]} = 0 ] || [ -n "${SPECTRAL_SKIP_SETUP:-}" ] || install "${missing[@]}"
}
