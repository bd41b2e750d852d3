# SPDX-License-Identifier: AGPL-3.0-or-later
# bash completion for rekindle

_rekindle() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]} verb=${COMP_WORDS[2]}
    local commands="serve demo import backtest eval prompt simulate staff key jobs backup restore verify erase export bounce doctor config version"
    COMPREPLY=()
    if ((COMP_CWORD == 1)); then
        mapfile -t COMPREPLY < <(compgen -W "$commands --help --version" -- "$word")
        return
    fi
    case $before in
    --orders | --html | --briefs | --replies | --save)
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
        return
        ;;
    --data | --out-dir)
        mapfile -t COMPREPLY < <(compgen -d -- "$word")
        return
        ;;
    --role)
        mapfile -t COMPREPLY < <(compgen -W "viewer reviewer admin" -- "$word")
        return
        ;;
    --scope)
        mapfile -t COMPREPLY < <(compgen -W "read ingest delivery admin" -- "$word")
        return
        ;;
    esac
    local words="--help"
    case $command in
    serve) words+=" --data --listen" ;;
    demo) words+=" --port --clients --data --speed --seed" ;;
    backtest)
        words+=" --orders --map --train-until --same-rate-as --tune --usual-gap --json --html --currency --time-zone"
        words+=" --daily-episodes --gross-margin --review-minutes --email-cost"
        ;;
    eval) words+=" --briefs --replies --live --save --json --require" ;;
    simulate)
        words+=" --clients --seed --from --to --currency --time-zone --out-dir --gap --leave --rate-shape --gap-shape"
        words+=" --no-season --unknown-value --effect --holdout-share --salt"
        ;;
    backup | restore | import) words+=" --data" ;;
    verify) words+=" --head --data" ;;
    erase) words+=" --yes --data" ;;
    export)
        words+=" --data"
        ((COMP_CWORD == 2)) && words+=" tags"
        ;;
    bounce) words+=" --data" ;;
    doctor)
        words+=" --selector --to"
        ((COMP_CWORD == 2)) && words+=" mail"
        ;;
    prompt)
        words+=" --client --data"
        ((COMP_CWORD == 2)) && words+=" show"
        ;;
    esac
    case $command in
    import)
        words+=" --map --dry-run --quiet"
        ((COMP_CWORD == 2)) && words+=" clients orders products suppressions"
        ;;
    staff)
        ((COMP_CWORD == 2)) && words+=" add list disable"
        [[ $verb == add ]] && words+=" --role --password-stdin"
        ((COMP_CWORD > 2)) && words+=" --data"
        ;;
    key)
        ((COMP_CWORD == 2)) && words+=" create list revoke"
        [[ $verb == create ]] && words+=" --name --scope"
        ((COMP_CWORD > 2)) && words+=" --data"
        ;;
    jobs)
        ((COMP_CWORD == 2)) && words+=" list redrive dismiss"
        [[ $verb == list ]] && words+=" --waiting"
        ((COMP_CWORD > 2)) && words+=" --data"
        ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
    if [[ $command == import || $command == backup || $command == restore ]] && [[ $word != -* ]]; then
        local files
        mapfile -t files < <(compgen -f -- "$word")
        COMPREPLY+=("${files[@]}")
    fi
}
complete -o filenames -F _rekindle rekindle
