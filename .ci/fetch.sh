# What comes over the network is tried three times, with a pause in between.

again() { # again COMMAND…: gives the last try's exit code
  local try
  for try in 10 20; do
    "$@" && return 0
    echo "setup: $1 failed; once more in $try s" >&2
    sleep "$try"
  done
  "$@"
}

apt() { # apt ARGUMENTS…: apt-get, quiet unless it fails; tried again only where the network is at fault, not for a name that is unknown
  local said try
  for try in 10 20 0; do
    said=$(LC_ALL=C DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120 "$@" 2>&1) && return 0
    if [ "$try" -eq 0 ] || ! grep -qE 'Failed to fetch|Could not (resolve|connect)|Temporary failure|timed out|Hash Sum mismatch' <<<"$said"; then break; fi
    sleep "$try"
  done
  { grep -E '^(E|W|Err):' <<<"$said" || tail -n 5 <<<"$said"; } | head -n 5 >&2
  return 1
}

apt_update() { # apt_update OPTION…: without the mode, lists that could not be had are no failure; with it a source that is no more is one
  apt -o APT::Update::Error-Mode=any "$@" update || apt "$@" update
}
