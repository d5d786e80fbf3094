// Made by `pnpm docs:rpc` from the table of methods: not to be edited.

export interface SignerMethods {
  /** The external signers that -signer finds, each fingerprint once. */
  readonly enumeratesigners: {
    readonly params: []
    readonly named: Readonly<Record<string, never>>
    readonly result: { readonly signers: readonly { readonly fingerprint: string; readonly name: string }[] }
  }
}
