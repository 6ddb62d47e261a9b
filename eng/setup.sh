# Sourced by run_tests.sh and run_all.sh: finds out whether the feed has the real packages, else installs what the
# stand-ins need. Remembers both under artifacts/, so a second run costs nothing.

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
# Fewer page faults in a training step: libtorch's large blocks stay mapped.
export MALLOC_MMAP_THRESHOLD_="${MALLOC_MMAP_THRESHOLD_:-1073741824}" MALLOC_TRIM_THRESHOLD_="${MALLOC_TRIM_THRESHOLD_:-4294967296}"

stand_in_packages="g++ libtorch-dev libopenblas0-openmp libcairo2 fonts-dejavu-core"
# tools/Pretrain makes its vocabulary with it.
sentence_piece_package="sentencepiece"

fail() {
  echo "setup: $*" >&2
  exit 1
}

# Sets use_stand_ins to true or false.
find_package_source() {
  command -v dotnet >/dev/null || fail "the .NET 10 SDK is not installed: 'dotnet' is not on the PATH"
  local memory=artifacts/package-source.props
  if [ ! -f "$memory" ]; then
    dotnet restore src/SpectralAdapters/SpectralAdapters.csproj || fail "dotnet restore failed"
  fi
  if grep -q '<UseStandIns>true<' "$memory"; then use_stand_ins=true; else use_stand_ins=false; fi
}

missing_debian_packages() {
  local package
  for package in $stand_in_packages $sentence_piece_package; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' || printf '%s ' "$package"
  done
}

install_stand_in_needs() {
  command -v dpkg-query >/dev/null ||
    fail "this is not Debian or Ubuntu: install a C++ compiler, libtorch >= 1.13 with OpenBLAS (or set TORCH_ROOT to a pip-installed torch), cairo and the DejaVu fonts, then run this again with SPECTRAL_SKIP_SETUP=1"
  local missing
  missing=$(missing_debian_packages)
  [ -n "$missing" ] || return 0
  local as_root=""
  if [ "$(id -u)" != 0 ]; then
    sudo -n true 2>/dev/null && as_root=sudo ||
      fail "these Debian packages are missing: $missing. Install them with: sudo apt-get install --no-install-recommends $missing"
  fi
  echo "setup: installing $missing"
  $as_root apt-get update -qq || fail "apt-get update failed; the missing packages are: $missing"
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null ||
    fail "apt-get could not install: $missing"
}

set_up() {
  [ -z "${SPECTRAL_SKIP_SETUP:-}" ] || { find_package_source; return 0; }
  find_package_source
  [ "$use_stand_ins" = false ] || install_stand_in_needs
}
