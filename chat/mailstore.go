package chat

import (
	"crypto/ecdh"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"lanyard/chat/mail"
	"lanyard/internal/identity"
	"lanyard/internal/store"
	"lanyard/internal/wire"
)

// coveredBranch is an entry of chat_mail_sent.covers.
type coveredBranch struct {
	_      struct{} `cbor:",toarray"`
	Branch int64
	Number uint64
}

func putOwnMailKey(tx *store.Tx, next mail.OwnKey, now time.Time, gone mail.Ring) error {
	if _, err := tx.Exec(`UPDATE chat_mail_own SET replaced = ? WHERE replaced = 0`, now.UnixMilli()); err != nil {
		return err
	}
	for _, k := range gone {
		if _, err := tx.Exec(`DELETE FROM chat_mail_own WHERE id = ?`, k.ID[:]); err != nil {
			return err
		}
	}
	_, err := tx.Exec(`INSERT INTO chat_mail_own (id, body, signature, private, replaced) VALUES (?, ?, ?, ?, 0)`,
		next.ID[:], next.Signed.Body, next.Signed.Signature, next.Private.Bytes())
	return err
}

func loadKeyRing(tx *store.Tx) (ring mail.Ring, err error) {
	rows, err := tx.Query(`SELECT body, signature, private, replaced FROM chat_mail_own ORDER BY replaced = 0, replaced`)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var signed mail.SignedKey
		var private []byte
		var replaced int64
		if err := rows.Scan(&signed.Body, &signed.Signature, &private, &replaced); err != nil {
			return nil, err
		}
		k, err := mail.ReadKey(signed)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", store.ErrCorrupt, err)
		}
		own := mail.OwnKey{Key: k}
		if own.Private, err = ecdh.X25519().NewPrivateKey(private); err != nil {
			return nil, fmt.Errorf("%w: %w", store.ErrCorrupt, err)
		}
		if replaced != 0 {
			own.Replaced = time.UnixMilli(replaced)
		}
		ring = append(ring, own)
	}
	return ring, rows.Err()
}

func putMailKey(tx *store.Tx, k *mail.Key) error {
	_, err := tx.Exec(`INSERT INTO chat_mail_key (peer, body, signature) VALUES (?, ?, ?)
		ON CONFLICT (peer) DO UPDATE SET body = excluded.body, signature = excluded.signature`, k.Peer[:], k.Signed.Body, k.Signed.Signature)
	return err
}

func loadMailKeys(tx *store.Tx) (keys map[identity.PeerID]mail.Key, err error) {
	rows, err := tx.Query(`SELECT body, signature FROM chat_mail_key`)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	keys = map[identity.PeerID]mail.Key{}
	for rows.Next() {
		var signed mail.SignedKey
		if err := rows.Scan(&signed.Body, &signed.Signature); err != nil {
			return nil, err
		}
		k, err := mail.ReadKey(signed)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", store.ErrCorrupt, err)
		}
		keys[k.Peer] = k
	}
	return keys, rows.Err()
}

// putSent notes that a carrier keeps mail of ours.
func putSent(tx *store.Tx, at sentKey, m *sentMail) error {
	var covers []coveredBranch
	for b, number := range m.covers {
		covers = append(covers, coveredBranch{Branch: b.key, Number: number})
	}
	body, err := wire.Marshal(covers)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT OR REPLACE INTO chat_mail_sent (conversation, recipient, carrier, mailkey, number, expiry, state, covers) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		m.v.key, at.recipient[:], at.carrier[:], m.key[:], int64(m.number), m.expiry, int64(m.state), body)
	return err
}

func dropSent(tx *store.Tx, at sentKey, m *sentMail) error {
	_, err := tx.Exec(`DELETE FROM chat_mail_sent WHERE conversation = ? AND recipient = ? AND carrier = ?`, m.v.key, at.recipient[:], at.carrier[:])
	return err
}

// loadSent reads what carriers keep of ours. All of it was told to be kept.
func (c *Chat) loadSent(tx *store.Tx) (sent map[sentKey]*sentMail, err error) {
	rows, err := tx.Query(`SELECT conversation, recipient, carrier, mailkey, number, expiry, state, covers FROM chat_mail_sent`)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	byKey := c.byKey()
	sent = map[sentKey]*sentMail{}
	for rows.Next() {
		var conversation, number, state int64
		var recipient, carrier, key, covers []byte
		m := &sentMail{covers: cover{}}
		if err := rows.Scan(&conversation, &recipient, &carrier, &key, &number, &m.expiry, &state, &covers); err != nil {
			return nil, err
		}
		m.v, m.number, m.state = byKey[conversation], uint64(number), uint64(state)
		if m.v == nil || len(recipient) != len(identity.PeerID{}) || len(carrier) != len(identity.PeerID{}) || len(key) != len(mail.KeyID{}) {
			return nil, fmt.Errorf("mail number %d: %w", number, store.ErrCorrupt)
		}
		copy(m.key[:], key)
		if err := m.readCovers(covers); err != nil {
			return nil, err
		}
		sent[sentKey{identity.PeerID(recipient), identity.PeerID(carrier)}] = m
	}
	return sent, rows.Err()
}

func (m *sentMail) readCovers(body []byte) error {
	var covers []coveredBranch
	if err := wire.Unmarshal(body, &covers); err != nil {
		return fmt.Errorf("%w: %w", store.ErrCorrupt, err)
	}
	keys := m.v.branchKeys()
	for _, one := range covers {
		if b := keys[one.Branch]; b != nil {
			m.covers[b] = one.Number
		}
	}
	return nil
}

func (c *Chat) byKey() map[int64]*conversation {
	byKey := map[int64]*conversation{}
	for _, v := range c.all() {
		byKey[v.key] = v
	}
	return byKey
}

func putOwed(tx *store.Tx, v *conversation, owed bool) error {
	query := `DELETE FROM chat_mail_owed WHERE conversation = ?`
	if owed {
		query = `INSERT OR IGNORE INTO chat_mail_owed (conversation) VALUES (?)`
	}
	_, err := tx.Exec(query, v.key)
	return err
}

func (c *Chat) loadOwed(tx *store.Tx) (map[*conversation]bool, error) {
	keys, err := column[int64](tx, `SELECT conversation FROM chat_mail_owed`)
	if err != nil {
		return nil, err
	}
	byKey := c.byKey()
	owed := map[*conversation]bool{}
	for _, key := range keys {
		if v := byKey[key]; v != nil {
			owed[v] = true
		}
	}
	return owed, nil
}

// boxed lists what we carry, without the mail itself; where is a condition in SQL.
func (c *Chat) boxed(tx *store.Tx, where string, args ...any) (all []mail.Boxed, err error) {
	rows, err := tx.Query(`SELECT key, depositor, recipient, number, size FROM chat_mail_box WHERE `+where, args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var m mail.Boxed
		var depositor, recipient []byte
		var number int64
		if err := rows.Scan(&m.Key, &depositor, &recipient, &number, &m.Size); err != nil {
			return nil, err
		}
		if len(depositor) != len(m.Depositor) || len(recipient) != len(m.Recipient) {
			return nil, fmt.Errorf("carried mail %d: %w", m.Key, store.ErrCorrupt)
		}
		m.Depositor, m.Recipient, m.Number = identity.PeerID(depositor), identity.PeerID(recipient), uint64(number)
		m.Person = c.config.Roster.PersonOf(m.Depositor)
		all = append(all, m)
	}
	return all, rows.Err()
}

func putBoxed(tx *store.Tx, p *mail.Parcel, until int64) error {
	_, err := tx.Exec(`INSERT OR REPLACE INTO chat_mail_box (depositor, recipient, number, mailkey, expiry, until, size, sealed) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		p.Depositor[:], p.Recipient[:], int64(p.Number), p.Key[:], p.Expiry, until, len(p.Sealed), p.Sealed)
	return err
}

// dropBoxed drops carried mail if it has this number still, or an older one.
func dropBoxed(tx *store.Tx, depositor, recipient identity.PeerID, number uint64) error {
	_, err := tx.Exec(`DELETE FROM chat_mail_box WHERE depositor = ? AND recipient = ? AND number <= ?`, depositor[:], recipient[:], int64(number))
	return err
}

// nextBoxed reads the oldest mail for a recipient behind a key; nil if there is none.
func nextBoxed(tx *store.Tx, recipient identity.PeerID, after int64) (p *mail.Parcel, key int64, err error) {
	p = &mail.Parcel{Recipient: recipient}
	var depositor, mailkey []byte
	var number int64
	err = tx.QueryRow(`SELECT key, depositor, number, mailkey, expiry, sealed FROM chat_mail_box WHERE recipient = ? AND key > ? ORDER BY key LIMIT 1`, recipient[:], after).
		Scan(&key, &depositor, &number, &mailkey, &p.Expiry, &p.Sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, err
	}
	if len(depositor) != len(p.Depositor) || len(mailkey) != len(p.Key) {
		return nil, 0, fmt.Errorf("carried mail %d: %w", key, store.ErrCorrupt)
	}
	p.Depositor, p.Number = identity.PeerID(depositor), uint64(number)
	copy(p.Key[:], mailkey)
	return p, key, nil
}
