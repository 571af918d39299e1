/** A record of subscription version 1 as NPAC's files have it; some of the fields that nobody here reads are filled in. */
export function npacRecord(tn: string, lrn: string, spid: string, downloadReason = '0'): string {
  const dpcs = ['111222333', '0', '', '', '', '', '', '']
  const endUser = ['', '', 'billing']
  const lnpType = '0'
  return ['1', tn, lrn, spid, '20250101000000', ...dpcs, ...endUser, lnpType, downloadReason].join('|')
}
