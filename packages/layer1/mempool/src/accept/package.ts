import { err, ok, type Result } from '@ply/bytes'
import { computeTxid, outPointKey, type Transaction } from '@ply/primitives'
import { bytesToHex } from '@ply/bytes'

/** Most transactions of one package. */
export const MAX_PACKAGE_COUNT = 25

/**
 * A package is one child, last, and some of its parents, none twice and none in conflict with another. Violations
 * `package-too-many-transactions`, `package-contains-duplicates`, `conflict-in-package`,
 * `package-not-child-with-parents`.
 */
export function checkPackage(transactions: readonly Transaction[]): Result<undefined, string> {
  if (transactions.length > MAX_PACKAGE_COUNT) return err('package-too-many-transactions')
  const txids = new Set(transactions.map((tx) => bytesToHex(computeTxid(tx))))
  if (txids.size !== transactions.length) return err('package-contains-duplicates')
  const spent = transactions.flatMap((tx) => tx.inputs.map((input) => outPointKey(input.prevout)))
  if (new Set(spent).size !== spent.length) return err('conflict-in-package')
  const child = transactions.at(-1)
  const parents = new Set(child?.inputs.map((input) => bytesToHex(input.prevout.txid)))
  const others = transactions.slice(0, -1)
  if (others.length === 0 || !others.every((tx) => parents.has(bytesToHex(computeTxid(tx))))) {
    return err('package-not-child-with-parents')
  }
  return ok(undefined)
}
