// Made by `pnpm docs:rpc` from the table of methods: not to be edited.
import type { Json, JsonOutput, RawNumber } from '../../json/value.ts'
import type { BumpfeeOptions } from './shapes.ts'

export interface WalletMethods {
  /** Gives a transaction up that is not in the mempool: what it spends can be spent again. */
  readonly abandontransaction: {
    readonly params: [txid: string]
    readonly named: { readonly txid: string }
    readonly result: null
  }
  /** Ends a look that another call began. */
  readonly abortrescan: {
    readonly params: []
    readonly named: Readonly<Record<string, never>>
    readonly result: boolean
  }
  /** Keeps an extended key for createwalletdescriptor. */
  readonly addhdkey: {
    readonly params: [hdkey?: string | null]
    readonly named: { readonly hdkey?: string }
    readonly result: { readonly xpub: string }
  }
  /** Writes a copy of the wallet to a file. */
  readonly backupwallet: {
    readonly params: [destination: string]
    readonly named: { readonly destination: string }
    readonly result: null
  }
  /** Replaces a transaction by one that pays a higher fee. */
  readonly bumpfee: {
    readonly params: [txid: string, options?: BumpfeeOptions | null]
    readonly named: { readonly txid: string; readonly options?: BumpfeeOptions }
    readonly result: {
      readonly txid: string
      readonly origfee: RawNumber
      readonly fee: RawNumber
      readonly errors: readonly string[]
    }
  }
  /** Makes a new wallet and loads it. */
  readonly createwallet: {
    readonly params: [
      wallet_name: string,
      disable_private_keys?: boolean | null,
      blank?: boolean | null,
      passphrase?: string | null,
      avoid_reuse?: boolean | null,
      descriptors?: boolean | null,
      load_on_startup?: boolean | null,
      external_signer?: boolean | null,
    ]
    readonly named: {
      readonly wallet_name: string
      readonly disable_private_keys?: boolean
      readonly blank?: boolean
      readonly passphrase?: string
      readonly avoid_reuse?: boolean
      readonly descriptors?: boolean
      readonly load_on_startup?: boolean
      readonly external_signer?: boolean
    }
    readonly result: { readonly name: string; readonly warnings?: readonly string[] }
  }
  /** Adds the usual descriptors of a kind of address, and gives addresses out from them. */
  readonly createwalletdescriptor: {
    readonly params: [type: string, options?: { readonly internal?: boolean; readonly hdkey?: string } | null]
    readonly named: {
      readonly type: string
      readonly options?: { readonly internal?: boolean; readonly hdkey?: string }
    }
    readonly result: { readonly descs: readonly string[] }
  }
  /** Seals the keys of the wallet under a passphrase. */
  readonly encryptwallet: {
    readonly params: [passphrase: string]
    readonly named: { readonly passphrase: string }
    readonly result: string
  }
  /** Writes a file with everything but the secret keys, which restorewallet makes a wallet of. */
  readonly exportwatchonlywallet: {
    readonly params: [destination: string]
    readonly named: { readonly destination: string }
    readonly result: { readonly exported_file: string }
  }
  /** Adds inputs and change to a transaction until it pays its fee. */
  readonly fundrawtransaction: {
    readonly params: [hexstring: string, options?: JsonOutput | null, iswitness?: boolean | null]
    readonly named: { readonly hexstring: string; readonly options?: JsonOutput; readonly iswitness?: boolean }
    readonly result: { readonly hex: string; readonly fee: RawNumber; readonly changepos: number }
  }
  /** The addresses of a name. */
  readonly getaddressesbylabel: {
    readonly params: [label: string]
    readonly named: { readonly label: string }
    readonly result: { readonly [name: string]: { readonly purpose: string } }
  }
  /** What the wallet knows of an address. */
  readonly getaddressinfo: {
    readonly params: [address: string]
    readonly named: { readonly address: string }
    readonly result: {
      readonly address: string
      readonly scriptPubKey: string
      readonly ismine: boolean
      readonly solvable: boolean
      readonly desc?: string
      readonly parent_desc?: string
      readonly iswatchonly: boolean
      readonly isscript?: boolean
      readonly iswitness: boolean
      readonly witness_version?: number
      readonly witness_program?: string
      readonly script?: string
      readonly hex?: string
      readonly pubkeys?: readonly string[]
      readonly sigsrequired?: number
      readonly pubkey?: string
      readonly embedded?: Json
      readonly iscompressed?: boolean
      readonly ischange: boolean
      readonly timestamp?: number
      readonly hdkeypath?: string
      readonly hdseedid?: string
      readonly hdmasterfingerprint?: string
      readonly labels: readonly string[]
    }
  }
  /** What the wallet can spend. */
  readonly getbalance: {
    readonly params: [
      dummy?: string | null,
      minconf?: number | null,
      include_watchonly?: boolean | null,
      avoid_reuse?: boolean | null,
    ]
    readonly named: {
      readonly dummy?: string
      readonly minconf?: number
      readonly include_watchonly?: boolean
      readonly avoid_reuse?: boolean
    }
    readonly result: RawNumber
  }
  /** What the wallet has, by what can be done with it. */
  readonly getbalances: {
    readonly params: []
    readonly named: Readonly<Record<string, never>>
    readonly result: {
      readonly mine: {
        readonly trusted: RawNumber
        readonly untrusted_pending: RawNumber
        readonly immature: RawNumber
        readonly nonmempool: RawNumber
        readonly used?: RawNumber
      }
      readonly lastprocessedblock: { readonly hash: string; readonly height: number }
    }
  }
  /** The extended keys of the wallet and the descriptors that they stand in. */
  readonly gethdkeys: {
    readonly params: [options?: { readonly active_only?: boolean; readonly private?: boolean } | null]
    readonly named: { readonly options?: { readonly active_only?: boolean; readonly private?: boolean } }
    readonly result: readonly {
      readonly xpub: string
      readonly has_private: boolean
      readonly xprv?: string
      readonly descriptors: readonly { readonly desc: string; readonly active: boolean }[]
    }[]
  }
  /** An address to be paid on that nobody was given. */
  readonly getnewaddress: {
    readonly params: [label?: string | null, address_type?: string | null]
    readonly named: { readonly label?: string; readonly address_type?: string }
    readonly result: string
  }
  /** An address for change. */
  readonly getrawchangeaddress: {
    readonly params: [address_type?: string | null]
    readonly named: { readonly address_type?: string }
    readonly result: string
  }
  /** What an address got. */
  readonly getreceivedbyaddress: {
    readonly params: [address: string, minconf?: number | null, include_immature_coinbase?: boolean | null]
    readonly named: {
      readonly address: string
      readonly minconf?: number
      readonly include_immature_coinbase?: boolean
    }
    readonly result: RawNumber
  }
  /** What the addresses of a name got. */
  readonly getreceivedbylabel: {
    readonly params: [label: string, minconf?: number | null, include_immature_coinbase?: boolean | null]
    readonly named: { readonly label: string; readonly minconf?: number; readonly include_immature_coinbase?: boolean }
    readonly result: RawNumber
  }
  /** A transaction of the wallet. */
  readonly gettransaction: {
    readonly params: [txid: string, include_watchonly?: boolean | null, verbose?: boolean | null]
    readonly named: { readonly txid: string; readonly include_watchonly?: boolean; readonly verbose?: boolean }
    readonly result: {
      readonly amount: RawNumber
      readonly fee?: RawNumber
      readonly confirmations: number
      readonly generated?: boolean
      readonly blockhash?: string
      readonly blockheight?: number
      readonly blockindex?: number
      readonly blocktime?: number
      readonly trusted?: boolean
      readonly txid: string
      readonly wtxid: string
      readonly walletconflicts: readonly string[]
      readonly mempoolconflicts: readonly string[]
      readonly time: number
      readonly timereceived: number
      readonly 'bip125-replaceable'?: string
      readonly comment?: string
      readonly to?: string
      readonly replaces_txid?: string
      readonly replaced_by_txid?: string
      readonly details: readonly {
        readonly address?: string
        readonly parent_descs?: readonly string[]
        readonly category: string
        readonly amount: RawNumber
        readonly label?: string
        readonly vout: number
        readonly fee?: RawNumber
        readonly abandoned: boolean
      }[]
      readonly hex: string
      readonly decoded?: Json
      readonly lastprocessedblock: { readonly hash: string; readonly height: number }
    }
  }
  /** What the wallet is, and how far it is. */
  readonly getwalletinfo: {
    readonly params: []
    readonly named: Readonly<Record<string, never>>
    readonly result: {
      readonly walletname: string
      readonly walletversion: number
      readonly format: string
      readonly txcount: number
      readonly keypoolsize: number
      readonly keypoolsize_hd_internal: number
      readonly unlocked_until?: number
      readonly private_keys_enabled: boolean
      readonly avoid_reuse: boolean
      readonly scanning: boolean | { readonly duration: number; readonly progress: number | RawNumber }
      readonly descriptors: boolean
      readonly external_signer: boolean
      readonly blank: boolean
      readonly birthtime?: number
      readonly flags: readonly string[]
      readonly lastprocessedblock: { readonly hash: string; readonly height: number }
    }
  }
  /** Adds descriptors and looks for their coins. */
  readonly importdescriptors: {
    readonly params: [requests: readonly JsonOutput[]]
    readonly named: { readonly requests: readonly JsonOutput[] }
    readonly result: readonly {
      readonly success: boolean
      readonly warnings?: readonly string[]
      readonly error?: { readonly code: number; readonly message: string }
    }[]
  }
  /** Takes in a transaction of an old block without looking for it there. */
  readonly importprunedfunds: {
    readonly params: [rawtransaction: string, txoutproof: string]
    readonly named: { readonly rawtransaction: string; readonly txoutproof: string }
    readonly result: null
  }
  /** Watches more addresses ahead. */
  readonly keypoolrefill: {
    readonly params: [newsize?: number | null]
    readonly named: { readonly newsize?: number }
    readonly result: null
  }
  /** Addresses that transactions show to have one owner. */
  readonly listaddressgroupings: {
    readonly params: []
    readonly named: Readonly<Record<string, never>>
    readonly result: readonly (readonly (readonly Json[])[])[]
  }
  /** The descriptors of the wallet. */
  readonly listdescriptors: {
    readonly params: [arg0?: boolean | null]
    readonly named: { readonly private?: boolean }
    readonly result: {
      readonly wallet_name: string
      readonly descriptors: readonly {
        readonly desc: string
        readonly timestamp: number
        readonly active: boolean
        readonly internal?: boolean
        readonly range?: readonly number[]
        readonly next?: number
        readonly next_index?: number
      }[]
    }
  }
  /** Every name. */
  readonly listlabels: {
    readonly params: [purpose?: string | null]
    readonly named: { readonly purpose?: string }
    readonly result: readonly string[]
  }
  /** The coins that are kept from being spent. */
  readonly listlockunspent: {
    readonly params: []
    readonly named: Readonly<Record<string, never>>
    readonly result: readonly { readonly txid: string; readonly vout: number }[]
  }
  /** What each address got. */
  readonly listreceivedbyaddress: {
    readonly params: [
      minconf?: number | null,
      include_empty?: boolean | null,
      include_watchonly?: boolean | null,
      address_filter?: string | null,
      include_immature_coinbase?: boolean | null,
    ]
    readonly named: {
      readonly minconf?: number
      readonly include_empty?: boolean
      readonly include_watchonly?: boolean
      readonly address_filter?: string
      readonly include_immature_coinbase?: boolean
    }
    readonly result: readonly {
      readonly address: string
      readonly amount: RawNumber
      readonly confirmations: number
      readonly label: string
      readonly txids: readonly string[]
    }[]
  }
}
