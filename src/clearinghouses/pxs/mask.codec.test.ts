import { equal } from 'node:assert/strict'
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
]
for (const [what, message, seen] of MASKED) {
  test(`shown without what proves the customer: ${what} (I17)`, () =>
    equal(maskProof(Buffer.from(message)).toString(), seen))
}
