#ifndef PGB_SHA256_H
#define PGB_SHA256_H
#endif
