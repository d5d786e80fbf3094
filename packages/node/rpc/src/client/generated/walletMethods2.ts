// Made by `pnpm docs:rpc` from the table of methods: not to be edited.
import type { JsonOutput, RawNumber } from '../../json/value.ts'
import type { Amount } from '../typedClient.ts'
import type {
  SignrawtransactionwithkeyResult,
  ListsinceblockResultTransactions,
  ListunspentQueryOptions,
  PsbtbumpfeeOptions,
  SendOptions,
  SendallOptions,
  WalletcreatefundedpsbtOptions,
} from './shapes.ts'

export interface WalletMethods2 {
  /** What the addresses of each name got. */
  readonly listreceivedbylabel: {
    readonly params: [
      minconf?: number | null,
      include_empty?: boolean | null,
      include_watchonly?: boolean | null,
      include_immature_coinbase?: boolean | null,
    ]
    readonly named: {
      readonly minconf?: number
      readonly include_empty?: boolean
      readonly include_watchonly?: boolean
      readonly include_immature_coinbase?: boolean
    }
    readonly result: readonly { readonly amount: RawNumber; readonly confirmations: number; readonly label: string }[]
  }
  /** What happened since a block. */
  readonly listsinceblock: {
    readonly params: [
      blockhash?: string | null,
      target_confirmations?: number | null,
      include_watchonly?: boolean | null,
      include_removed?: boolean | null,
      include_change?: boolean | null,
      label?: string | null,
    ]
    readonly named: {
      readonly blockhash?: string
      readonly target_confirmations?: number
      readonly include_watchonly?: boolean
      readonly include_removed?: boolean
      readonly include_change?: boolean
      readonly label?: string
    }
    readonly result: {
      readonly transactions: readonly ListsinceblockResultTransactions[]
      readonly removed?: readonly ListsinceblockResultTransactions[]
      readonly lastblock: string
    }
  }
  /** The newest transactions, the newest last. */
  readonly listtransactions: {
    readonly params: [
      label?: string | null,
      count?: number | null,
      skip?: number | null,
      include_watchonly?: boolean | null,
    ]
    readonly named: {
      readonly label?: string
      readonly count?: number
      readonly skip?: number
      readonly include_watchonly?: boolean
    }
    readonly result: readonly ListsinceblockResultTransactions[]
  }
  /** The coins that can be spent. */
  readonly listunspent: {
    readonly params: [
      minconf?: number | null,
      maxconf?: number | null,
      addresses?: readonly string[] | null,
      include_unsafe?: boolean | null,
      query_options?: ListunspentQueryOptions | null,
    ]
    readonly named: {
      readonly minconf?: number
      readonly maxconf?: number
      readonly addresses?: readonly string[]
      readonly include_unsafe?: boolean
      readonly query_options?: ListunspentQueryOptions
    }
    readonly result: readonly {
      readonly txid: string
      readonly vout: number
      readonly address?: string
      readonly label?: string
      readonly redeemScript?: string
      readonly witnessScript?: string
      readonly scriptPubKey: string
      readonly amount: RawNumber
      readonly confirmations: number
      readonly ancestorcount?: number
      readonly ancestorsize?: number
      readonly ancestorfees?: number
      readonly spendable: boolean
      readonly solvable: boolean
      readonly desc?: string
      readonly parent_descs: readonly string[]
      readonly reused?: boolean
      readonly safe: boolean
    }[]
  }
  /** Wallets of the wallet folder, loaded or not. */
  readonly listwalletdir: {
    readonly params: []
    readonly named: Readonly<Record<string, never>>
    readonly result: { readonly wallets: readonly { readonly name: string; readonly warnings?: readonly string[] }[] }
  }
  /** Names of the loaded wallets. */
  readonly listwallets: {
    readonly params: []
    readonly named: Readonly<Record<string, never>>
    readonly result: readonly string[]
  }
  /** Loads a wallet of the wallet folder. */
  readonly loadwallet: {
    readonly params: [filename: string, load_on_startup?: boolean | null]
    readonly named: { readonly filename: string; readonly load_on_startup?: boolean }
    readonly result: { readonly name: string; readonly warnings?: readonly string[] }
  }
  /** Keeps coins from being spent, or lets them be. */
  readonly lockunspent: {
    readonly params: [unlock: boolean, transactions?: readonly JsonOutput[] | null, persistent?: boolean | null]
    readonly named: {
      readonly unlock: boolean
      readonly transactions?: readonly JsonOutput[]
      readonly persistent?: boolean
    }
    readonly result: boolean
  }
  /** Says why a wallet is not migrated: all that can be loaded have descriptors already, and wallets in Berkeley DB cannot be read here. Bitcoin Core migrates those. */
  readonly migratewallet: {
    readonly params: [wallet_name?: string | null, passphrase?: string | null, load_wallet?: boolean | null]
    readonly named: { readonly wallet_name?: string; readonly passphrase?: string; readonly load_wallet?: boolean }
    readonly result: null
  }
  /** Makes such a replacement as a PSBT. */
  readonly psbtbumpfee: {
    readonly params: [txid: string, options?: PsbtbumpfeeOptions | null]
    readonly named: { readonly txid: string; readonly options?: PsbtbumpfeeOptions }
    readonly result: {
      readonly psbt: string
      readonly origfee: RawNumber
      readonly fee: RawNumber
      readonly errors: readonly string[]
    }
  }
  /** Forgets a transaction. */
  readonly removeprunedfunds: {
    readonly params: [txid: string]
    readonly named: { readonly txid: string }
    readonly result: null
  }
  /** Looks for the wallet’s transactions in blocks again. */
  readonly rescanblockchain: {
    readonly params: [start_height?: number | null, stop_height?: number | null]
    readonly named: { readonly start_height?: number; readonly stop_height?: number }
    readonly result: { readonly start_height: number; readonly stop_height: number | null }
  }
  /** Makes a wallet of a backup and loads it. */
  readonly restorewallet: {
    readonly params: [wallet_name: string, backup_file: string, load_on_startup?: boolean | null]
    readonly named: { readonly wallet_name: string; readonly backup_file: string; readonly load_on_startup?: boolean }
    readonly result: { readonly name: string; readonly warnings?: readonly string[] }
  }
  /** Pays addresses, or makes a PSBT where the wallet cannot sign alone. */
  readonly send: {
    readonly params: [
      outputs: JsonOutput,
      conf_target?: number | null,
      estimate_mode?: string | null,
      fee_rate?: Amount | null,
      options?: SendOptions | null,
      version?: number | null,
    ]
    readonly named: {
      readonly outputs: JsonOutput
      readonly conf_target?: number
      readonly estimate_mode?: string
      readonly fee_rate?: Amount
      readonly options?: SendOptions
      readonly version?: number
    }
    readonly result: {
      readonly psbt?: string
      readonly txid?: string
      readonly hex?: string
      readonly complete: boolean
    }
  }
  /** Spends every coin, or those that are named, without change. */
  readonly sendall: {
    readonly params: [
      recipients: readonly JsonOutput[],
      conf_target?: number | null,
      estimate_mode?: string | null,
      fee_rate?: Amount | null,
      options?: SendallOptions | null,
    ]
    readonly named: {
      readonly recipients: readonly JsonOutput[]
      readonly conf_target?: number
      readonly estimate_mode?: string
      readonly fee_rate?: Amount
      readonly options?: SendallOptions
    }
    readonly result: {
      readonly psbt?: string
      readonly txid?: string
      readonly hex?: string
      readonly complete: boolean
    }
  }
  /** Pays several addresses in one transaction. */
  readonly sendmany: {
    readonly params: [
      dummy: string | null,
      amounts: { readonly [name: string]: JsonOutput },
      minconf?: number | null,
      comment?: string | null,
      subtractfeefrom?: readonly string[] | null,
      replaceable?: boolean | null,
      conf_target?: number | null,
      estimate_mode?: string | null,
      fee_rate?: Amount | null,
      verbose?: boolean | null,
    ]
    readonly named: {
      readonly dummy?: string
      readonly amounts: { readonly [name: string]: JsonOutput }
      readonly minconf?: number
      readonly comment?: string
      readonly subtractfeefrom?: readonly string[]
      readonly replaceable?: boolean
      readonly conf_target?: number
      readonly estimate_mode?: string
      readonly fee_rate?: Amount
      readonly verbose?: boolean
    }
    readonly result: string | { readonly txid: string; readonly fee_reason: string }
  }
  /** Pays an address. */
  readonly sendtoaddress: {
    readonly params: [
      address: string,
      amount: Amount,
      comment?: string | null,
      comment_to?: string | null,
      subtractfeefromamount?: boolean | null,
      replaceable?: boolean | null,
      conf_target?: number | null,
      estimate_mode?: string | null,
      avoid_reuse?: boolean | null,
      fee_rate?: Amount | null,
      verbose?: boolean | null,
    ]
    readonly named: {
      readonly address: string
      readonly amount: Amount
      readonly comment?: string
      readonly comment_to?: string
      readonly subtractfeefromamount?: boolean
      readonly replaceable?: boolean
      readonly conf_target?: number
      readonly estimate_mode?: string
      readonly avoid_reuse?: boolean
      readonly fee_rate?: Amount
      readonly verbose?: boolean
    }
    readonly result: string | { readonly txid: string; readonly fee_reason: string }
  }
  /** Names an address. */
  readonly setlabel: {
    readonly params: [address: string, label: string]
    readonly named: { readonly address: string; readonly label: string }
    readonly result: null
  }
  /** Switches a flag of the wallet: avoid_reuse. */
  readonly setwalletflag: {
    readonly params: [flag: string, value?: boolean | null]
    readonly named: { readonly flag: string; readonly value?: boolean }
    readonly result: { readonly flag_name: string; readonly flag_state: boolean; readonly warnings?: string }
  }
  /** Signs a message with the key of an address. */
  readonly signmessage: {
    readonly params: [address: string, message: string]
    readonly named: { readonly address: string; readonly message: string }
    readonly result: string
  }
  /** Signs the inputs of a transaction that the wallet has keys for. */
  readonly signrawtransactionwithwallet: {
    readonly params: [hexstring: string, prevtxs?: readonly JsonOutput[] | null, sighashtype?: string | null]
    readonly named: {
      readonly hexstring: string
      readonly prevtxs?: readonly JsonOutput[]
      readonly sighashtype?: string
    }
    readonly result: SignrawtransactionwithkeyResult
  }
  /** What transactions would change in the balance. */
  readonly simulaterawtransaction: {
    readonly params: [rawtxs: readonly string[], options?: { readonly include_watchonly?: boolean } | null]
    readonly named: { readonly rawtxs: readonly string[]; readonly options?: { readonly include_watchonly?: boolean } }
    readonly result: { readonly balance_change: RawNumber }
  }
  /** Unloads the wallet that the path or the argument names. */
  readonly unloadwallet: {
    readonly params: [wallet_name?: string | null, load_on_startup?: boolean | null]
    readonly named: { readonly wallet_name?: string; readonly load_on_startup?: boolean }
    readonly result: { readonly warnings?: readonly string[] }
  }
  /** Makes a PSBT of a payment, with inputs and change. */
  readonly walletcreatefundedpsbt: {
    readonly params: [
      inputs: readonly JsonOutput[] | null,
      outputs: JsonOutput,
      locktime?: number | null,
      options?: WalletcreatefundedpsbtOptions | null,
      bip32derivs?: boolean | null,
      version?: number | null,
      psbt_version?: number | null,
    ]
    readonly named: {
      readonly inputs?: readonly JsonOutput[]
      readonly outputs: JsonOutput
      readonly locktime?: number
      readonly options?: WalletcreatefundedpsbtOptions
      readonly bip32derivs?: boolean
      readonly version?: number
      readonly psbt_version?: number
    }
    readonly result: { readonly psbt: string; readonly fee: RawNumber; readonly changepos: number }
  }
  /** Shows an address on the external signer, to compare it with. */
  readonly walletdisplayaddress: {
    readonly params: [address: string]
    readonly named: { readonly address: string }
    readonly result: { readonly address: string }
  }
  /** Lets the keys be used no more. */
  readonly walletlock: {
    readonly params: []
    readonly named: Readonly<Record<string, never>>
    readonly result: null
  }
  /** Lets the keys be used for a while. */
  readonly walletpassphrase: {
    readonly params: [passphrase: string, timeout: number]
    readonly named: { readonly passphrase: string; readonly timeout: number }
    readonly result: null
  }
  /** Seals the keys under another passphrase. */
  readonly walletpassphrasechange: {
    readonly params: [oldpassphrase: string, newpassphrase: string]
    readonly named: { readonly oldpassphrase: string; readonly newpassphrase: string }
    readonly result: null
  }
  /** Adds to a PSBT what the wallet knows, and signs it. */
  readonly walletprocesspsbt: {
    readonly params: [
      psbt: string,
      sign?: boolean | null,
      sighashtype?: string | null,
      bip32derivs?: boolean | null,
      finalize?: boolean | null,
    ]
    readonly named: {
      readonly psbt: string
      readonly sign?: boolean
      readonly sighashtype?: string
      readonly bip32derivs?: boolean
      readonly finalize?: boolean
    }
    readonly result: { readonly psbt: string; readonly complete: boolean; readonly hex?: string }
  }
}
