# Completion of fleetwright in fish. The program itself says what could stand at the cursor.
function __fleetwright_complete
    set -l before (commandline -opc)
    set -l current (commandline -ct)
    for line in ($before[1] __complete -- $before[2..-1] "$current" 2>/dev/null)
        switch $line
            case :files
                __fish_complete_path (string replace -r -- '^--[^=]*=' '' "$current")
            case :folders
                __fish_complete_directories (string replace -r -- '^--[^=]*=' '' "$current") ''
            case '*'
                echo $line
        end
    end
end
complete -c fleetwright -f -a '(__fleetwright_complete)'
