import { equal, ok } from 'node:assert/strict'
import test from 'node:test'
import { maskProof } from './mask.codec.ts'

// biome-ignore format: a table
const MASKED: readonly [what: string, message: string, seen: string][] = [
  ['a PIN',                      '<idtype>PIN</idtype><idnumber>4711</idnumber>',            '<idtype>PIN</idtype><idnumber>***</idnumber>'],
  ['an account number',          '<accountnumber>\n ACC-77 </accountnumber>',                '<accountnumber>***</accountnumber>'],
  ['one with a prefix',          '<p:idnumber a="b">4711</p:idnumber >é',                    '<p:idnumber a="b">***</p:idnumber >é'],
  ['one in a CDATA section',     '<idnumber><![CDATA[4711]]></idnumber><a>1</a>',            '<idnumber>***</idnumber><a>1</a>'],
  ['one that is cut off',        '<message><idnumber>47',                                    '<message><idnumber>***'],
  ['two of them',                '<idnumber>1</idnumber><idnumber>2</idnumber>',             '<idnumber>***</idnumber><idnumber>***</idnumber>'],
  ['an empty one, and the rest', '<idnumber/><name>Ann</name><idnumbers>7</idnumbers>',      '<idnumber/><name>Ann</name><idnumbers>7</idnumbers>'],
  ['one with an attribute that ends it early', '<idnumber a=">">4711</idnumber>',           '<idnumber a=">***</idnumber>'],
  ['one within a name that is longer', '<idnumber>1</idnumberx>2</idnumber >3',             '<idnumber>***</idnumber >3'],
  ['an empty one with space',    '<idnumber /><name>Ann</name>',                            '<idnumber /><name>Ann</name>'],
  ['one without its end, and another', '<idnumber>1<accountnumber>2</accountnumber>',       '<idnumber>***'],
  ['a start tag that is cut off', '<message><idnumber ',                                    '<message><idnumber '],
]
for (const [what, message, seen] of MASKED) {
  test(`shown without what proves the customer: ${what} (I17)`, () =>
    equal(maskProof(Buffer.from(message)).toString(), seen))
}

// biome-ignore format: a table
const SLOW: readonly [what: string, unit: string][] = [
  ['start tags without an end',   '<idnumber '],
  ['end tags that never close',   '</idnumber '],
  ['spaces',                      ' '],
  ['prefixes',                    '<a.a.a.a.a.'],
]
for (const [what, unit] of SLOW) {
  test(`256 kB of ${what} are looked at once, not once for each of them`, () => {
    const message = Buffer.from(`<idnumber>${unit.repeat(256 * 1024).slice(0, 256 * 1024)}`)
    const since = performance.now()
    maskProof(message)
    maskProof(message.subarray('<idnumber>'.length))
    ok(performance.now() - since < 5_000)
  })
}
