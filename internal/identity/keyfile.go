package identity

import (
	"bytes"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"lanyard/internal/durable"
)

// FileName is the name of the key file in the profile: two PEM blocks, the private key (PKCS #8, RFC 5958) and the certificate.
const FileName = "identity.pem"

const (
	maxKeyFile     = 64 << 10 // bytes; ours has about 500
	keyBlock       = "PRIVATE KEY"
	certBlock      = "CERTIFICATE"
	ownerOnly      = 0o600
	ownerOnlyDir   = 0o700
	othersMayTouch = 0o077
)

// ErrKeyFile is wrapped by errors about a key file that is there but cannot be used, or that ought to be there.
var ErrKeyFile = errors.New("this profile's identity cannot be used")

// Open reads the identity of the profile folder dir, and makes folder and identity if there is neither. A new identity is durable when
// Open returns; file permissions that let others read the key are repaired. One process at a time may do this, which the profile's
// lock sees to.
//
// A damaged file, and a missing one in a profile that has databases, is an error that says what to do. Nothing is changed then.
func Open(dir string) (*Identity, error) {
	path := filepath.Join(dir, FileName)
	file, err := os.Open(path)
	switch {
	case err == nil:
	case errors.Is(err, fs.ErrNotExist):
		return create(dir)
	default:
		return nil, fmt.Errorf("%w: %v: make the file readable for you, or choose another folder with --profile", ErrKeyFile, err)
	}
	defer file.Close()
	text, err := readKeyFile(file)
	if err != nil {
		return nil, fmt.Errorf("%w: %s %v: put back a copy of the file, or move it away to start as a new person", ErrKeyFile, path, err)
	}
	id, err := parseKeyFile(text)
	if err != nil {
		return nil, fmt.Errorf("%w: %s is damaged (%v): put back a copy of the file, or move it away to start as a new person", ErrKeyFile, path, err)
	}
	if err := repairMode(file); err != nil {
		return nil, fmt.Errorf("keep %s from other users: %w", path, err)
	}
	return id, nil
}

func readKeyFile(file *os.File) ([]byte, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, fmt.Errorf("cannot be looked at (%w)", err)
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("is not a file")
	}
	text, err := io.ReadAll(io.LimitReader(file, maxKeyFile+1))
	if err != nil {
		return nil, fmt.Errorf("cannot be read (%w)", err)
	}
	if len(text) > maxKeyFile {
		return nil, errors.New("is too long")
	}
	return text, nil
}

// repairMode takes the rights of others away. Windows has no such bits: there the profile lies in a folder of the user's own.
func repairMode(file *os.File) error {
	info, err := file.Stat()
	if err != nil || runtime.GOOS == "windows" || info.Mode().Perm()&othersMayTouch == 0 {
		return err
	}
	return file.Chmod(ownerOnly)
}

// parseKeyFile takes exactly what formatKeyFile makes, so that a file cut off anywhere is noticed.
func parseKeyFile(text []byte) (*Identity, error) {
	keyPEM, rest := pem.Decode(text)
	if keyPEM == nil || keyPEM.Type != keyBlock {
		return nil, errors.New("it has no private key")
	}
	certPEM, rest := pem.Decode(rest)
	if certPEM == nil || certPEM.Type != certBlock {
		return nil, errors.New("it has no certificate")
	}
	if len(bytes.TrimSpace(rest)) != 0 {
		return nil, errors.New("something follows the certificate")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(keyPEM.Bytes)
	if err != nil {
		return nil, errors.New("its private key cannot be read")
	}
	key, ok := parsed.(ed25519.PrivateKey)
	if !ok {
		return nil, errors.New("its private key is not an Ed25519 key")
	}
	certificate, err := x509.ParseCertificate(certPEM.Bytes)
	if err != nil {
		return nil, errors.New("its certificate cannot be read")
	}
	public := key.Public().(ed25519.PublicKey)
	if !public.Equal(certificate.PublicKey) {
		return nil, errors.New("its certificate belongs to another key")
	}
	return &Identity{key: key, certificate: certPEM.Bytes, peer: PeerIDOf(public)}, nil
}

func formatKeyFile(id *Identity) ([]byte, error) {
	key, err := x509.MarshalPKCS8PrivateKey(id.key)
	if err != nil {
		return nil, fmt.Errorf("encode the identity key: %w", err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: keyBlock, Bytes: key})
	return append(text, pem.EncodeToMemory(&pem.Block{Type: certBlock, Bytes: id.certificate})...), nil
}

func create(dir string) (*Identity, error) {
	// A profile with conversations but no key would come back as somebody else, to whom nobody writes.
	database, err := databaseIn(dir)
	if err != nil {
		return nil, fmt.Errorf("look into the profile %s: %w", dir, err)
	}
	if database != "" {
		return nil, fmt.Errorf("%w: %s is missing beside %s: put back a copy of it, or move the database away to start as a new person",
			ErrKeyFile, filepath.Join(dir, FileName), database)
	}
	id, err := Generate()
	if err != nil {
		return nil, err
	}
	text, err := formatKeyFile(id)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, ownerOnlyDir); err != nil {
		return nil, fmt.Errorf("make the profile folder: %w", err)
	}
	if err := durable.Write(filepath.Join(dir, FileName), text); err != nil {
		return nil, fmt.Errorf("store the new identity in %s: %w", dir, err)
	}
	return id, nil
}

// databaseIn returns the name of a database in dir, or "".
func databaseIn(dir string) (string, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	for _, entry := range entries {
		if filepath.Ext(entry.Name()) == ".db" {
			return entry.Name(), nil
		}
	}
	return "", err
}
