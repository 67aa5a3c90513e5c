/**
 * The program by which squid checks passwords: a shell script that squid starts with the folder of passwords, one file for
 * each part. Files are read at every check, so a new or changed password needs no restart.
 *
 * Squid sends `<name> <password>` with unsafe characters percent-encoded. Neither names nor passwords of ours hold any, so
 * whatever is not plain is refused before it gets near a path.
 *
 * @see https://wiki.squid-cache.org/Features/AddonHelpers#basic-scheme
 */
export const PASSWORD_CHECK = `#!/bin/sh
# Answers OK to a line "<name> <password>" if the file <name> in the folder $1 holds the password, and ERR otherwise.
LC_ALL=C
export LC_ALL
while read -r name password rest; do
  answer=ERR
  case "$name" in
    '' | *[!a-z0-9-]*) ;;
    *)
      case "$password$rest" in
        '' | *[!A-Za-z0-9._-]*) ;;
        *)
          wanted=
          if [ -r "$1/$name" ]; then read -r wanted < "$1/$name" || :; fi
          if [ "$password" = "$wanted" ] && [ -z "$rest" ]; then answer=OK; fi
          ;;
      esac
      ;;
  esac
  echo "$answer"
done
`;
