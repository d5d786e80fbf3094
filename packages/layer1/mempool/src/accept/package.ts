import { bytesToHex, err, ok, type Result } from '@ply/bytes'
import { computeTxid, outPointKey, type Transaction, transactionWeight } from '@ply/primitives'

/** Most transactions of one package, and most weight of several. */
export const MAX_PACKAGE_COUNT = 25
const MAX_PACKAGE_WEIGHT = 404_000

const idOf = (tx: Transaction): string => bytesToHex(computeTxid(tx))

/** True if no transaction spends one that comes behind it. */
function isSorted(transactions: readonly Transaction[]): boolean {
  const later = new Set(transactions.map(idOf))
  return transactions.every((tx) => {
    if (tx.inputs.some((input) => later.has(bytesToHex(input.prevout.txid)))) return false
    later.delete(idOf(tx))
    return true
  })
}

/** True if no two transactions spend the same output; twice in one transaction is another matter. */
function isConsistent(transactions: readonly Transaction[]): boolean {
  const seen = new Set<string>()
  return transactions.every(({ inputs }) => {
    const own = inputs.map((input) => outPointKey(input.prevout))
    if (own.length === 0 || own.some((key) => seen.has(key))) return false
    for (const key of own) seen.add(key)
    return true
  })
}

/**
 * The form of any package. Violations `package-too-many-transactions`, `package-too-large`,
 * `package-contains-duplicates`, `package-not-sorted`, `conflict-in-package`.
 */
export function checkPackageForm(transactions: readonly Transaction[]): Result<undefined, string> {
  if (transactions.length > MAX_PACKAGE_COUNT) return err('package-too-many-transactions')
  const weight = transactions.reduce((sum, tx) => sum + transactionWeight(tx), 0)
  if (transactions.length > 1 && weight > MAX_PACKAGE_WEIGHT) return err('package-too-large')
  if (new Set(transactions.map(idOf)).size !== transactions.length) return err('package-contains-duplicates')
  if (!isSorted(transactions)) return err('package-not-sorted')
  return isConsistent(transactions) ? ok(undefined) : err('conflict-in-package')
}

/** True for a child, last, and some of its parents. */
export function isChildWithParents(transactions: readonly Transaction[]): boolean {
  const child = transactions.at(-1)
  if (!child || transactions.length < 2) return false
  const spent = new Set(child.inputs.map((input) => bytesToHex(input.prevout.txid)))
  return transactions.slice(0, -1).every((tx) => spent.has(idOf(tx)))
}

/** True for a child, last, and some of its parents, none of which spends another. */
export function isChildWithLoneParents(transactions: readonly Transaction[]): boolean {
  const parents = transactions.slice(0, -1)
  const ids = new Set(parents.map(idOf))
  const alone = parents.every((tx) => !tx.inputs.some((input) => ids.has(bytesToHex(input.prevout.txid))))
  return alone && isChildWithParents(transactions)
}
