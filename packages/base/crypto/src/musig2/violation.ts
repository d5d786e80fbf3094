/** What a party of a signing session contributes. */
export type MusigContribution = 'pubkey' | 'pubnonce' | 'aggnonce' | 'aggothernonce' | 'psig'

/**
 * Why an algorithm of BIP 327 failed.
 *
 * `invalid-contribution` blames one party ("Identifying Disruptive Signers"): `signer` is its 0-based place in the
 * list that was given; undefined is whoever aggregated the nonces. The blame is fair only if contributions came over
 * authenticated channels and an honest party aggregated the nonces. Every other code is the caller's own doing.
 */
export type MusigViolation =
  | {
      readonly code: 'invalid-contribution'
      readonly contribution: MusigContribution
      readonly signer: number | undefined
    }
  /** The sum of the keys is infinity: nobody reaches this without solving discrete logarithms. */
  | { readonly code: 'aggregate-key-infinite' }
  /** A tweak is not 32 bytes below the group order. */
  | { readonly code: 'tweak-out-of-range' }
  | { readonly code: 'tweaked-key-infinite' }
  | { readonly code: 'secret-key-out-of-range' }
  /** The secret nonce is used up, or was made for another key. */
  | { readonly code: 'secret-nonce-spent' }
  | { readonly code: 'secret-nonce-of-other-key' }
  | { readonly code: 'signer-not-in-session' }

/** The violation that blames `signer`, or the nonce aggregator where it is undefined. */
export const blame = (contribution: MusigContribution, signer?: number): MusigViolation => ({
  code: 'invalid-contribution',
  contribution,
  signer,
})
