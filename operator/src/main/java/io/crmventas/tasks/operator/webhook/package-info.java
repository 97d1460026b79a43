/** Webhooks on a change of outcome: what is told, in which form, and how it is delivered without holding anybody up. */
package io.crmventas.tasks.operator.webhook;
