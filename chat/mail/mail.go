// Package mail is what goes through colleagues while two persons have no link: letters, sealed to one machine, and the rules by which carriers are chosen and keep them.
// docs/protocol.md, section 6, carriers, is the format. Letters are sealed by HPKE (RFC 9180) in base mode, and signed within.
//
// # Use
//
//	p := &mail.Parcel{Depositor: self, Recipient: machine, Number: n, Key: key.ID, Expiry: now.Add(mail.Life).UnixMilli()}
//	err := p.Seal(identity, &key, mail.Letter{ ... })         // key: what the recipient's machine told
//	for _, piece := range p.Pieces(p.Recipient) { ... }       // frames for a carrier
//
//	piece, err := mail.ReadPiece(body)                        // whatever came, at a carrier or at the recipient
//	assembly, whole := assembly.Add(piece)                    // from nil on
//	answer, gone := mail.MakeRoom(box, fresh)                 // whether a carrier keeps it, and what gives way
//
//	signed, letter, err := p.Open(ring.Find(p.Key))           // at the recipient
//	err = p.Verify(depositorsKey, signed)
//	runs, states, err := letter.Contents(conversation, p.Depositor)
//
// # Promises
//
// Secrecy: of a [Parcel] a carrier learns depositor, recipient, size and times, and nothing else. What names it is bound into the sealing and the signature: nobody can
// give a parcel as another, and no carrier can change, shorten or forge one. Who loses a private key loses the mail that was sealed to it; a [Ring] drops keys when
// all mail to them has expired ([Life]), and with them goes what would open it.
//
// Distrust: what a function named Read gives keeps the limits beside it. That a [Key] or a [Letter] is signed by whom it names is for the caller to verify, who knows
// their key, before anything in it counts.
//
// Fairness: [MakeRoom] never lets somebody who keeps much push out mail of somebody who keeps less.
//
// All of it is values and pure functions, given the time: nothing blocks, and there is no disk, clock or lock. [MakeKey] and [Parcel.Seal] read randomness. An
// [Assembly] and a [Ring] belong to one goroutine at a time.
//
// # Left out
//
// When mail is left and taken back, what stands in it, where it is kept, and what its recipient does with it: that is package chat's.
package mail

import (
	"time"

	"lanyard/internal/wire"
)

// Life is how long mail lasts: no carrier keeps it longer, whatever it says.
const Life = 30 * 24 * time.Hour

// Limits of mail and keys.
const (
	maxNumber = uint64(1)<<62 - 1       // of keys and mail: they have to fit into the database
	maxSealed = 1 << 20                 // bytes of mail
	maxKey    = 512                     // bytes of a key as it is signed
	pieceSize = wire.MaxLinkFrame - 256 // of one frame; the rest is what stands beside
)
