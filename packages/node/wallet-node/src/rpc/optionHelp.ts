const CHANGE_ADDRESS = 'Who gets the change; by default a new address of the wallet.'
const CHANGE_POSITION = 'Index of the change among the outputs; by default random.'
const LOCK = 'Locks the chosen coins.'
const NOT_USED = 'Not used.'
const SUBTRACT = 'Indexes of outputs that pay the fee, in equal parts.'

/** What the members of objects of options mean. */
export const OPTION_HELP = {
  active_only: 'Only what gives out addresses.',
  add_inputs: 'Choose more coins where the named ones do not suffice.',
  add_to_wallet: 'False: only show the transaction.',
  change_address: CHANGE_ADDRESS,
  changeAddress: CHANGE_ADDRESS,
  change_position: CHANGE_POSITION,
  changePosition: CHANGE_POSITION,
  change_type: 'legacy, p2sh-segwit, bech32 or bech32m; by default as -changetype says.',
  conf_target: 'Blocks within which it should confirm.',
  estimate_mode: 'unset, economical or conservative.',
  fee_rate: 'Satoshi per vbyte.',
  feeRate: 'Bitcoins per 1000 vbytes.',
  hdkey: 'The extended public key to derive from; by default that of the active descriptors.',
  include_immature_coinbase: 'Also coinbase outputs that cannot be spent yet.',
  include_unsafe: 'Also what others sent and nobody confirmed.',
  include_watching: NOT_USED,
  include_watchonly: NOT_USED,
  includeWatching: NOT_USED,
  input_weights: 'Objects with txid, vout and weight: of inputs that the wallet cannot sign for.',
  inputs: 'Objects with txid, vout, sequence and weight.',
  internal: 'For change, or not; by default both.',
  lock_unspents: LOCK,
  lockUnspents: LOCK,
  locktime: 'Height or time before which it cannot be mined.',
  max_tx_weight: 'Weight of the transaction at most.',
  maxconf: 'Only coins with no more confirmations.',
  maximumAmount: 'Only coins of no more bitcoins.',
  maximumCount: 'Coins at most.',
  minconf: 'Only coins with so many confirmations.',
  minimumAmount: 'Only coins of at least so many bitcoins.',
  minimumSumAmount: 'Bitcoins that the coins together have at least; the list ends there.',
  original_change_index: 'Output that is its change, and pays the fee.',
  outputs: 'Bitcoins by address, in place of its outputs.',
  private: 'With secret keys.',
  psbt: 'Always answer with a PSBT.',
  psbt_version: '2 or 0.',
  replaceable: 'Others may come in its place (BIP 125).',
  send_max: 'Leave out coins that cost more than they bring.',
  solving_data:
    'Object with pubkeys, scripts and descriptors: what the wallet needs to know of inputs that are not its own.',
  subtract_fee_from_outputs: SUBTRACT,
  subtractFeeFromOutputs: SUBTRACT,
  version: 'Of the transaction.',
} as const

export type OptionName = keyof typeof OPTION_HELP
