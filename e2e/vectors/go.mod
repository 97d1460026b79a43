module crmventas.io/e2e/vectors

go 1.24.0

// The version that Kubernetes 1.34 is built with.
require github.com/robfig/cron/v3 v3.0.1
