// Made by `pnpm docs:rpc` from the table of methods: not to be edited.
import type { JsonOutput, RawNumber } from '../../json/value.ts'

export interface UtilMethods {
  /** Makes an address that some of several keys can spend from. */
  readonly createmultisig: {
    readonly params: [nrequired: number, keys: readonly string[], address_type?: string | null]
    readonly named: { readonly nrequired: number; readonly keys: readonly string[]; readonly address_type?: string }
    readonly result: {
      readonly address: string
      readonly redeemScript: string
      readonly descriptor: string
      readonly warnings?: readonly string[]
    }
  }
  /** The addresses of a descriptor; of a multipath descriptor a list for each path. */
  readonly deriveaddresses: {
    readonly params: [descriptor: string, range?: JsonOutput | null]
    readonly named: { readonly descriptor: string; readonly range?: JsonOutput }
    readonly result: readonly string[] | readonly (readonly string[])[]
  }
  /** The feerate per kvB that confirms a transaction within some blocks. */
  readonly estimatesmartfee: {
    readonly params: [conf_target: number, estimate_mode?: string | null]
    readonly named: { readonly conf_target: number; readonly estimate_mode?: string }
    readonly result: { readonly feerate?: RawNumber; readonly errors?: readonly string[]; readonly blocks: number }
  }
  /** Checks a descriptor and computes its checksum. */
  readonly getdescriptorinfo: {
    readonly params: [descriptor: string]
    readonly named: { readonly descriptor: string }
    readonly result: {
      readonly descriptor: string
      readonly multipath_expansion?: readonly string[]
      readonly checksum: string
      readonly isrange: boolean
      readonly issolvable: boolean
      readonly hasprivatekeys: boolean
    }
  }
  /** State of the indexes. */
  readonly getindexinfo: {
    readonly params: [index_name?: string | null]
    readonly named: { readonly index_name?: string }
    readonly result: { readonly [name: string]: { readonly synced: boolean; readonly best_block_height: number } }
  }
  /** Signs a message with a secret key, for its P2PKH address. */
  readonly signmessagewithprivkey: {
    readonly params: [privkey: string, message: string]
    readonly named: { readonly privkey: string; readonly message: string }
    readonly result: string
  }
  /** Return information about the given bitcoin address. */
  readonly validateaddress: {
    readonly params: [address: string]
    readonly named: { readonly address: string }
    readonly result: {
      readonly isvalid: boolean
      readonly address?: string
      readonly scriptPubKey?: string
      readonly isscript?: boolean
      readonly iswitness?: boolean
      readonly witness_version?: number
      readonly witness_program?: string
      readonly error?: string
      readonly error_locations?: readonly number[]
    }
  }
  /** Whether the key of a P2PKH address signed a message. */
  readonly verifymessage: {
    readonly params: [address: string, signature: string, message: string]
    readonly named: { readonly address: string; readonly signature: string; readonly message: string }
    readonly result: boolean
  }
}
