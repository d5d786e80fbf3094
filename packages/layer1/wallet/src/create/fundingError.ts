/** Why no transaction was made. Amounts in satoshi. */
export type FundingError =
  | { readonly code: 'insufficient-funds'; readonly needed: bigint; readonly available: bigint }
  | { readonly code: 'dust-output'; readonly index: number; readonly least: bigint }
  | { readonly code: 'amount-out-of-range'; readonly index: number }
  | { readonly code: 'no-outputs' }
  | { readonly code: 'unknown-coin'; readonly outpoint: string }
  | { readonly code: 'fee-rate-out-of-range' }

/** A sentence for people. */
export function describeFundingError(error: FundingError): string {
  switch (error.code) {
    case 'insufficient-funds':
      return `insufficient funds: ${error.needed} sat needed with fees, ${error.available} sat spendable`
    case 'dust-output':
      return `output ${error.index} is dust: the least amount is ${error.least} sat`
    case 'amount-out-of-range':
      return `the amount of output ${error.index} is out of range`
    case 'no-outputs':
      return 'no outputs'
    case 'unknown-coin':
      return `no spendable coin ${error.outpoint}`
    case 'fee-rate-out-of-range':
      return 'the fee rate is out of range'
  }
}
