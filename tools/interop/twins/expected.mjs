// What may legitimately differ between two nodes that are told the same: one row for each, with the reason.

/** Methods, the place in the answer, and why it is not the same. */
const EXPECTED = [
  [/^(getnetworkinfo|getpeerinfo|-getinfo|-netinfo)$/, /version$|subver$/, 'name and version of the program'],
  [/info$/, /warnings\.length$/, 'bitcoind warns that it is a build before a release'],
  [/^getmemoryinfo$/, /./, 'memory of another process'],
  [/^getmempoolinfo$/, /usage$/, 'memory of another data structure'],
  [/^getmempoolinfo$/, /optimal$/, 'we order clusters at once, bitcoind in the background'],
  [/^getchainstates$/, /_bytes$/, 'memory set aside for caches'],
  [/^gettxoutsetinfo$/, /disk_size$/, 'an estimate by the data base'],
  [/^getblockchaininfo$/, /size_on_disk$/, 'undo data of coins is as large as what compresses it makes it'],
  [/^savemempool$/, /filename$/, 'path of the folder'],
  [/^getrpcinfo$/, /(duration|logpath)$/, 'time it took, and path of the folder'],
  [/^uptime$/, /./, 'started at another moment'],
  [
    /^REST getutxos\.(bin|hex)$/,
    /./,
    'bitcoind takes the length of the body for the first byte of it; we read it as BIP 64 says',
  ],
  [/^REST/, /size_on_disk$|warnings\.length$|usage$|optimal$/, 'as in the methods of the same content'],
  [/^REST (chaininfo|mempool)/, /^\.headers\[1\]$/, 'the length follows from the above'],
  [/^REST chaininfo\.json$/, /^\.body$/, 'bitcoind sends a body with HEAD'],
  [/^HTTP HEAD$/, /./, 'bitcoind sends a body with it, which no client expects (RFC 9110, section 9.3.2)'],
  [/^HTTP other encoding$/, /./, 'bitcoind reads past an encoding that it does not know (RFC 9112, section 6.1)'],
  [/^HTTP (path|GET) \/wallet\//, /./, 'this bitcoind was built without wallets'],
  [/^HTTP long header$/, /./, 'the fields before the one that is too long are not read'],
  [
    /^POST$/,
    /result\[4\]\."b$|headers\[1\]$/,
    'of members with the same name the first counts; bitcoind gives both back',
  ],
  [/^getnettotals$/, /timemillis$/, 'the clock on the wall'],
  [/^getnettotals$/, /totalbytes/, 'our name is shorter'],
  [/^help$/, /result$/, 'this bitcoind was built without wallets, signers and ZMQ'],
]

export function isExpected(what, { path }) {
  return EXPECTED.find(([method, place]) => method.test(what) && place.test(path))?.[2]
}
