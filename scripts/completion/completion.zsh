#compdef fleetwright
# Completion of fleetwright in zsh. The program itself says what could stand at the cursor.
_fleetwright() {
  local -a candidates
  local line word
  for line in "${(@f)$("${words[1]}" __complete -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
    case $line in
      '') ;;
      :files) compset -P '--*='; _files; return ;;
      :folders) compset -P '--*='; _path_files -/; return ;;
      *)
        word=${${line%%$'\t'*}//:/\\:}
        [[ $line == *$'\t'* ]] && word+=:${line#*$'\t'}
        candidates+=("$word")
        ;;
    esac
  done
  _describe fleetwright candidates
}
# As a file in fpath it is called right away; sourced, it is called later.
if [[ ${funcstack[1]} == _fleetwright ]]; then
  _fleetwright "$@"
else
  compdef _fleetwright fleetwright
fi
