package bare

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// maxAge is how long the real programs trust the number of the live playbook.
const maxAge = 3 * time.Second

// Live reads the playbook as often as the real programs do: its number every
// three seconds, its text once. It looks at neither.
type Live struct {
	asked  time.Time
	loaded bool
}

// Due reports whether the number is to be read again, and takes that as done.
func (l *Live) Due() bool {
	if time.Since(l.asked) < maxAge {
		return false
	}
	l.asked = time.Now()
	return true
}

// Load reads the first version the first time.
func (l *Live) Load(ctx context.Context, db *dynamodb.Client, table string) error {
	if l.loaded {
		return nil
	}
	l.loaded = true
	return Get(ctx, db, table, "PLAYBOOK", "V#000000001")
}

// Get reads one item and leaves it.
func Get(ctx context.Context, db *dynamodb.Client, table, pk, sk string) error {
	if _, err := db.GetItem(ctx, &dynamodb.GetItemInput{TableName: &table, Key: Key(pk, sk), ConsistentRead: aws.Bool(true)}); err != nil {
		return fmt.Errorf("get %s %s: %w", pk, sk, err)
	}
	return nil
}
