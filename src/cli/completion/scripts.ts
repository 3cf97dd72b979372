/** What a shell runs to complete a command line of minimesos: each asks minimesos itself what may come next. */

export const SHELLS = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof SHELLS)[number];

/** `minimesos` stands bare in them, so that an alias of that name serves too. */
export const SCRIPTS: Record<Shell, string> = {
  bash: `# source <(minimesos completion bash)
_minimesos() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen -W "$(minimesos completion bash -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _minimesos minimesos`,

  zsh: `#compdef minimesos
# source <(minimesos completion zsh)
_minimesos() {
  local -a next
  next=("\${(@f)$(minimesos completion zsh -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "$next[1]" ]]; then
    compadd -a next
  else
    _files
  fi
}
compdef _minimesos minimesos`,

  fish: `# minimesos completion fish | source
complete -c minimesos -f -a '(minimesos completion fish -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'
complete -c minimesos -s f -l file -r -F`,
};
