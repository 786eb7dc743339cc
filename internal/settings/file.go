package settings

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"lanyard/internal/durable"
	"lanyard/internal/jsontext"
)

type raw = json.RawMessage

// Load reads the settings of the profile folder dir; they are the defaults if it has none.
func Load(dir string) (Settings, error) {
	path := filepath.Join(dir, FileName)
	text, err := read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Default(), nil
	}
	if err != nil {
		return Settings{}, fmt.Errorf("%w: %s cannot be read (%w): make it readable for you, or move it away", ErrDamaged, path, err)
	}
	s, err := decode(text)
	if err != nil {
		return Settings{}, fmt.Errorf("%w: %s: %w: mend the file, or move it away to start with the defaults", ErrDamaged, path, err)
	}
	return s, nil
}

func read(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("it is not a file")
	}
	text, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if err == nil && len(text) > maxFile {
		err = fmt.Errorf("it has more than %d bytes", maxFile)
	}
	return text, err
}

func decode(text []byte) (Settings, error) {
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	if err := jsontext.Check(text); err != nil {
		return Settings{}, err
	}
	values, err := decodeObject(text)
	if err != nil {
		return Settings{}, err
	}
	s := Default()
	for key, into := range s.fields() {
		value, there := values[key]
		if !there {
			continue
		}
		if string(value) == "null" {
			return Settings{}, fmt.Errorf("%s has no value", key)
		}
		if err := json.Unmarshal(value, into); err != nil {
			return Settings{}, fmt.Errorf("%s has a value of the wrong kind (%w)", key, err)
		}
		delete(values, key)
	}
	s.unknown = values
	return s, s.check()
}

// decodeObject decodes one JSON object key by key, because a duplicate key would otherwise be taken silently and any case be as good.
func decodeObject(text []byte) (map[string]raw, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	if start, err := decoder.Token(); err != nil || start != json.Delim('{') {
		return nil, errors.New("it does not begin with {")
	}
	values := map[string]raw{}
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		key := token.(string) // the decoder lets nothing else stand here
		if _, twice := values[key]; twice {
			return nil, fmt.Errorf("%q is set twice", key)
		}
		var value raw
		if err := decoder.Decode(&value); err != nil {
			return nil, fmt.Errorf("%q: %w", key, err)
		}
		values[key] = value
	}
	if _, err := decoder.Token(); err != nil {
		return nil, fmt.Errorf("it does not end with } (%w)", err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, errors.New("something follows the last }")
	}
	return values, nil
}

// Save stores the settings in the profile folder dir, which must exist. It returns nil when they are durable; on an error the file is
// as it was.
func (s Settings) Save(dir string) error {
	path := filepath.Join(dir, FileName)
	text, err := s.encode()
	if err != nil {
		return fmt.Errorf("store the settings in %s: %w", path, err)
	}
	if err := durable.Write(path, text); err != nil {
		return fmt.Errorf("store the settings in %s: %w", path, err)
	}
	return nil
}

func (s Settings) encode() ([]byte, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	values := make(map[string]any, len(s.unknown)+16)
	for key, value := range s.unknown {
		values[key] = value
	}
	for key, value := range s.fields() {
		values[key] = value
	}
	text, err := json.MarshalIndent(values, "", "  ")
	if err != nil {
		return nil, err
	}
	if len(text) >= maxFile {
		return nil, fmt.Errorf("they have %d bytes, more than %d", len(text), maxFile)
	}
	return append(text, '\n'), nil
}
