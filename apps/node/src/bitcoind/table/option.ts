/** What the text behind `=` is. A `flag` is on without one. */
export type OptionKind = 'flag' | 'number' | 'amount' | 'text'

/** The headings of `-help`. */
export type OptionCategory =
  | 'Options'
  | 'Connection options'
  | 'ZeroMQ notification options'
  | 'Debugging/Testing options'
  | 'Chain selection options'
  | 'Node relay options'
  | 'Block creation options'
  | 'RPC server options'
  | 'Wallet options'
  | 'Ply options'
  | 'Hidden options'

/** One of bitcoind's options, or of plyd's own in bitcoind's form. */
export interface OptionEntry {
  readonly name: string
  readonly kind: OptionKind
  readonly help: string
  /** Shown behind the name in `-help`. */
  readonly placeholder?: string
  /** In the file, off mainnet, it counts only in the network's own section. */
  readonly networkOnly?: true
  /** `-noX` means nothing. */
  readonly notNegatable?: true
  /** `-X` without `=value` means nothing. */
  readonly needsValue?: true
  /** Nobody but the operator may see the value: not in the log. */
  readonly secret?: true
  /** Known, so that nobody's command line breaks, but it changes nothing: `-help` and the log say so. */
  readonly unused?: true
  /** Shown by `-help-debug` only. */
  readonly debug?: true
}
