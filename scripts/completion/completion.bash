# Completion of fleetwright in bash. The program itself says what could stand at the cursor.
_fleetwright() {
  local words=() prefix='' line i
  # Bash makes three words of --output=json.
  for ((i = 1; i <= COMP_CWORD; i++)); do
    if ((i > 1)) && [[ ${COMP_WORDS[i]} == '=' || ${COMP_WORDS[i - 1]} == '=' ]]; then
      words[${#words[@]} - 1]+=${COMP_WORDS[i]}
    else
      words+=("${COMP_WORDS[i]}")
    fi
  done
  local current=${words[${#words[@]} - 1]}
  [[ $current == --*=* ]] && prefix=${current%%=*}=
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :files | :folders)
        compopt -o filenames 2>/dev/null
        local kind=-f
        [[ $line == :folders ]] && kind=-d
        while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen "$kind" -- "${current#"$prefix"}")
        ;;
      *)
        line=${line%%$'\t'*}
        COMPREPLY+=("${line#"$prefix"}")
        ;;
    esac
  done < <("$1" __complete -- "${words[@]}" 2>/dev/null)
}
complete -F _fleetwright fleetwright
